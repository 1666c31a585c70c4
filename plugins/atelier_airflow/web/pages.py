"""HTML of the pages: no scripts, nothing from the network, whatever a brief or a model wrote as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.contract.manifests import RunRef
from include.contract.publishing import Role
from operators.pages.addresses import airflow_root, files_at, gallery_at, pieces_at
from plugins.atelier_airflow.web.logs import LoggedTry
from plugins.atelier_airflow.web.seen import ShownPiece, ShownRun, ShownTask

TEMPLATES = Path(__file__).with_name("templates")


def piece_page(piece: ShownPiece, dag_id: str) -> str:
    """One piece: played or shown, with its files."""
    return _page("piece.html", piece=piece, main=piece.of(Role.MAIN), gallery=gallery_at(dag_id))


def pieces_page(run: ShownRun, dag_id: str, run_id: str) -> str:
    """What a run made of several briefs."""
    return _page("pieces.html", run=run, run_id=run_id, gallery=gallery_at(dag_id))


def task_page(task: ShownTask) -> str:
    """What a task made, item by item."""
    return _page("task.html", task=task, here=files_at(task.run), piece=pieces_at(task.run.dag_id, task.run.run_id))


def log_page(run: RunRef, tries: Sequence[LoggedTry]) -> str:
    """What a task's tries have logged, part by part."""
    return _page("log.html", run=run, tries=tries, files=files_at(run))


def problem_page(status: HTTPStatus, words: str) -> str:
    """Why there is nothing to see."""
    return _page("problem.html", status=status, words=words)


def run_at(dag_id: str, run_id: str) -> str:
    """A run in Airflow's own pages."""
    return f"/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["run_at"] = run_at
    return environment


def _page(template: str, **told: Any) -> str:
    return _templates().get_template(template).render(root=airflow_root(), **told)
