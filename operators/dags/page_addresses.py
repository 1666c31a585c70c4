"""Addresses of the plugin's pages, on which people look at what was made.

They begin at the root of Airflow's own, so that they hold under whatever name and port a browser knows it by.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from include.contract.manifests import RunRef

PREFIX = "/atelier"
"""Where the plugin's pages begin in Airflow's API server."""


def gallery_at(content_type: str) -> str:
    """A content type's newest published pieces."""
    return published_at(content_type, "")


def published_at(content_type: str, path: str) -> str:
    """What lies under `published/<content type>/<path>`; a folder of a piece is shown as a page."""
    return f"{PREFIX}/dags/{_part(content_type)}/published/{quote(path)}"


def pieces_at(dag_id: str, run_id: str) -> str:
    """What a run made of its briefs."""
    return f"{PREFIX}/dags/{_part(dag_id)}/runs/{_part(run_id)}/pieces"


def files_at(run: RunRef) -> str:
    """All files that one task of a run made."""
    return f"{_task_at(run)}/files"


def file_at(run: RunRef, item: str, output: str) -> str:
    """One of them, to be opened by itself: where browsers reach the store, by a link signed for this one click."""
    return f"{_task_at(run)}/file?{urlencode({'item': item, 'output': output})}"


def bytes_at(run: RunRef, item: str, output: str) -> str:
    """The same, as part of a page: always passed on by Airflow's API server."""
    return f"{_task_at(run)}/bytes?{urlencode({'item': item, 'output': output})}"


def airflow_root() -> str:
    """Path under which Airflow's API server is reached; empty unless `[api] base_url` has one."""
    from airflow.sdk.configuration import conf

    return urlsplit(str(conf.get("api", "base_url", fallback=""))).path.rstrip("/")


def _task_at(run: RunRef) -> str:
    return f"{PREFIX}/dags/{_part(run.dag_id)}/runs/{_part(run.run_id)}/tasks/{_part(run.task_id)}/{run.map_index}"


def _part(name: str) -> str:
    return quote(name, safe="")
