"""Addresses of the plugin's pages, on which people look at what was made.

They start at the root of Airflow's own, so they work under whatever name and port a browser uses.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from include.contract.manifests import RunRef
from include.contract.published import PLACE_MARK

_STAGE = "@"
"""Precedes a stage that publishes to a place of its own; nothing in a place begins with it."""
PREFIX = "/atelier"
"""Path of the plugin's pages in Airflow's API server."""


def gallery_at(place: str) -> str:
    """The newest pieces published in that place."""
    return published_at(place, "")


def published_at(place: str, path: str) -> str:
    """What is under `published/<place>/<path>`; a piece's folder is shown as a page."""
    content_type, _, stage = place.partition(PLACE_MARK)
    return f"{PREFIX}/dags/{_part(content_type)}/published/{f'{_STAGE}{_part(stage)}/' if stage else ''}{quote(path)}"


def place_and_path(content_type: str, path: str) -> tuple[str, str]:
    """The place, and the path in it, in the rest of such an address."""
    if not path.startswith(_STAGE):
        return content_type, path
    stage, _, rest = path.removeprefix(_STAGE).partition("/")
    return f"{content_type}{PLACE_MARK}{stage}", rest


def pieces_at(dag_id: str, run_id: str) -> str:
    """What a run made from its briefs."""
    return f"{PREFIX}/dags/{_part(dag_id)}/runs/{_part(run_id)}/pieces"


def files_at(run: RunRef) -> str:
    """All files that one task of a run made."""
    return f"{_task_at(run)}/files"


def file_at(run: RunRef, item: str, output: str) -> str:
    """One of them, opened by itself: through a link signed for this one click, if browsers can reach the store."""
    return f"{_task_at(run)}/file?{urlencode({'item': item, 'output': output})}"


def bytes_at(run: RunRef, item: str, output: str) -> str:
    """The same, as part of a page: always served by Airflow's API server."""
    return f"{_task_at(run)}/bytes?{urlencode({'item': item, 'output': output})}"


def log_at(run: RunRef) -> str:
    """The parts of what all tries of one task have logged."""
    return f"{_task_at(run)}/log"


def log_part_at(run: RunRef, request: str, attempt: int, chunk: int) -> str:
    """One of them."""
    return f"{log_at(run)}/{request}/{attempt}/{chunk}"


def airflow_root() -> str:
    """Path of Airflow's API server; empty unless `[api] base_url` has one."""
    from airflow.sdk.configuration import conf

    return urlsplit(str(conf.get("api", "base_url", fallback=""))).path.rstrip("/")


def _task_at(run: RunRef) -> str:
    return f"{PREFIX}/dags/{_part(run.dag_id)}/runs/{_part(run.run_id)}/tasks/{_part(run.task_id)}/{run.map_index}"


def _part(name: str) -> str:
    return quote(name, safe="")
