"""What runs would make, before any of them starts: from the content type, its source, and what the store has.

Here belong: which days and briefs a range of runs covers, which items exist, what the others will cost. Nothing
is written, and nothing is computed that a stage computes: what only a stage can tell is unknown until it runs.

Never here: Airflow, and how a plan is shown.
"""

from __future__ import annotations
