"""A folder of content types to DAGs, one for each YAML file; a wrong one leaves the others theirs."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from airflow.sdk import DAG

from include.contract.errors import BadRequest
from include.contract.messages import legible
from operators.configuration import content_type_in, deployment_in, shown
from operators.dags.assembly import dag_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """The result of loading a folder of content types."""

    dags: dict[str, DAG] = field(default_factory=dict)
    import_errors: dict[Path, str] = field(default_factory=dict)
    """Wrong content types: file to its mistakes, one per line."""


def load_dags(folder: Path, deployment_file: str, wanted: str | None = None) -> Loaded:
    """The DAGs of the content types in `folder`; only `wanted` if a worker needs just one.

    :raises BadRequest: the deployment file is wrong: nothing can run.
    """
    deployment = deployment_in(deployment_file)
    loaded = Loaded()
    for path in folder.glob("*.yml"):
        loaded.import_errors[path] = (
            f"{shown(path)}: is ignored: the name of a content type's file ends in `.yaml`; rename it"
        )
    for path in sorted(folder.glob("*.yaml")):
        if path.name.startswith("."):
            continue  # an editor's, while it writes
        if wanted in (None, path.stem):
            try:
                _check_is_file(path)
                loaded.dags[path.stem] = dag_of(content_type_in(path, deployment), deployment)
            except BadRequest as error:
                loaded.import_errors[path] = str(error)
                log.error("Content type %s makes no DAG:\n%s", legible(path.name), error)
            except Exception as error:
                # Whatever one file does, the others' DAGs stay.
                loaded.import_errors[path] = legible(
                    f"{shown(path)}: makes no DAG, because of an unexpected error: {type(error).__name__}: {error}; "
                    "the log of Airflow's dag-processor has the rest"
                )
                log.exception("Content type %s makes no DAG", legible(path.name))
    return loaded


def _check_is_file(path: Path) -> None:
    """Refuse what could be waited for without end: a pipe, a socket, a device."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadRequest(f"{shown(path)}: is not a file; put the content type there as one, or remove it")
