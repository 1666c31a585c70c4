"""Content types to Airflow DAGs: each `content_types/*.yaml` becomes one DAG, named after its file.

A worker asks for one DAG and gets only that one built. What is wrong with a content type is in `import_errors`,
from where the importer of `plugins/atelier_airflow` makes an import error of its own for each file.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import get_parsing_context

from operators.configuration import DEFAULT_DEPLOYMENT, DEPLOYMENT_ENV
from operators.dags.loading import load_dags

_loaded = load_dags(
    Path(__file__).parent / "content_types",
    os.environ.get(DEPLOYMENT_ENV, DEFAULT_DEPLOYMENT),
    wanted=get_parsing_context().dag_id,
)
globals().update(_loaded.dags)
import_errors = _loaded.import_errors
