"""Pictures as stages read and write them: opened whatever their maker did, and saying what made them.

For the modules that a recipe's `stage` points to: it needs numpy and Pillow, which Airflow's image does not have.
"""

from __future__ import annotations

from include.runtime.labels.marks import save_marked
from include.runtime.labels.reading import picture_source
from include.runtime.pictures.opening import open_picture

__all__ = ["open_picture", "picture_source", "save_marked"]
