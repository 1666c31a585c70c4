"""A real Airflow with content types and files of a test's own; its stages are processes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.airflow_api import ENDED
from deploy.local.credentials import credentials_of
from deploy.local.installation import PROJECT_ROOT, Installation
from deploy.local.store import connect
from include.contract.manifests import Manifest
from include.store.store import Store
from operators.stages.reuse import read_manifest
from tests.cluster.airflow import Airflow, Api, until


@dataclass
class Newsroom:
    """Airflow and the folder that its content types and files lie in."""

    airflow: Airflow
    api: Api
    folder: Path

    def write_type(self, name: str, body: str) -> None:
        """Set a content type; returns when Airflow knows its description, and lets it run."""
        self.write_types({name: body})

    def write_types(self, bodies: Mapping[str, str]) -> None:
        """Set content types; returns when Airflow knows their descriptions, and lets them run."""
        for name, body in bodies.items():
            (self.folder / "dags" / "content_types" / f"{name}.yaml").write_text(body)
        for name, body in bodies.items():
            until(partial(self._is_read, name, body), 180, f"`{name}` is read")
            self.api.unpause(name)

    def _is_read(self, name: str, body: str) -> bool:
        if self.api.parsed_at(name) is None:
            return False
        known = self.api.ask("GET", f"/api/v2/dags/{name}")["description"]
        return bool(known == yaml.safe_load(body)["description"])

    def write_file(self, name: str, body: str) -> None:
        """Set a file that content types may name."""
        (self.folder / "files" / name).write_text(body)

    def store(self) -> Store:
        """The installation's store."""
        return connect(self.airflow.installation, credentials_of(self.airflow.installation), self.airflow.ports)

    def backfill(self, dag_id: str, first: date, days: int, within_s: float, *more: str) -> list[dict[str, Any]]:
        """Have Airflow make `days` days from `first`; the runs when all have ended."""
        self.start_backfill(dag_id, first, days, *more)
        return self.end_backfill(dag_id, days, within_s)

    def start_backfill(self, dag_id: str, first: date, days: int, *more: str) -> None:
        """As a person does at the command line, runs that have ended before included."""
        last = first + timedelta(days=days)
        command = ["airflow", "backfill", "create", "--dag-id", dag_id, "--from-date", str(first)]
        command += ["--to-date", str(last), "--reprocess-behavior", "completed", *more]
        environment = {**os.environ, **self.airflow.services["scheduler"].env}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]

    def end_backfill(self, dag_id: str, days: int, within_s: float) -> list[dict[str, Any]]:
        """Its runs when all have ended."""

        def ended() -> bool:
            runs = self.runs(dag_id)
            backfills = self.api.ask("GET", "/api/v2/backfills", params={"dag_id": dag_id})["backfills"]
            is_over = all(backfill["completed_at"] for backfill in backfills)
            return is_over and len(runs) == days and all(run["state"] in ENDED for run in runs)

        until(ended, within_s, f"the backfill of `{dag_id}` has ended")
        return self.runs(dag_id)

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The runs of backfills."""
        path, wanted = f"/api/v2/dags/{dag_id}/dagRuns", {"limit": 100, "run_type": ["backfill"]}
        runs: list[dict[str, Any]] = self.api.ask("GET", path, params=wanted)["dag_runs"]
        return runs

    def manifest(self, run: Mapping[str, Any], stage: str) -> Manifest:
        """What a stage of a run left."""
        found = self.api.xcom(run["dag_id"], run["dag_run_id"], stage)
        return read_manifest(self.store(), found["manifest"], stage)


@contextmanager
def newsroom(
    folder: Path,
    root: Path = PROJECT_ROOT,
    environment: Mapping[str, str] | None = None,
    python: str = ".venv/stage/bin/python",
    weed_options: tuple[str, ...] = (),
) -> Iterator[Newsroom]:
    """An Airflow in `folder` of the project in `root`.

    :param environment: of all its parts, besides what an installation has.
    :param python: what runs the stages.
    :param weed_options: of its S3 server.
    """
    for name in ("files", "dags/content_types"):
        (folder / name).mkdir(parents=True)
    (folder / "dags" / "content.py").write_text((root / "dags" / "content.py").read_text())
    local = (root / "include" / "deployments" / "local.yaml").read_text()
    local = local.replace("files: examples", f"files: {folder / 'files'}")
    (folder / "deployment.yaml").write_text(local.replace(".venv/stage/bin/python", python))
    installation = Installation(root=root, home=folder / "home", deployment_file=str(folder / "deployment.yaml"))
    airflow = Airflow.prepared(installation, str(folder / "dags"))
    for name, service in airflow.services.items():
        more = weed_options if name == "s3" else ()
        env = {**service.env, **(environment or {})}
        airflow.services[name] = replace(service, env=env, argv=(*service.argv, *more))
    try:
        airflow.start_all()
        with airflow.api() as api:
            yield Newsroom(airflow, api, folder)
    finally:
        airflow.end()


def with_conf(conf: Mapping[str, Any]) -> tuple[str, str]:
    """The option by which a backfill's runs get `conf`."""
    return "--dag-run-conf", json.dumps(conf)
