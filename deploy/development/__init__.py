"""A checkout made ready and checked: its environments, the Debian packages beside them, its images, every check.

Never here: starting what was installed. `setup.py`, `checks.py` and `images.py` run before anything is installed and
use the standard library only.
"""
