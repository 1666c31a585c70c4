"""A real API server with the plugin in it, some users of two teams, and a store in which pieces of two DAGs lie."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psutil

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.keys import Domain, log_key, piece_path, published_prefix
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.contract.published import GALLERY, ITEM, PublishedFile, PublishedItem
from include.contract.publishing import Role
from include.contract.values import StageKind
from include.store.store import Store
from include.store.stored import Headers
from tests.airflow_home import end, lay_database, settings
from tests.operators.manifests import leave

AIRFLOW = str(Path(sys.executable).with_name("airflow"))
TEAMS = {"films": "red", "cards": "blue"}
"""DAGs and the teams that they belong to."""
USERS = {"ada": "viewer:red", "bob": "viewer:blue", "root": "admin"}
PASSWORD = "a-password-of-no-worth"
DAY = date(2026, 11, 25)
FILM = bytes(range(256)) * 4096
PAGE = b"<!doctype html><script>document.title = document.cookie</script><h1>Honey</h1>"
LOGGED = "cd" * 32
"""Request of the task that has logged something."""
LOG_PART = b'{"message": "<script>made</script>"}\n'
PICTURE = b"\x89PNG of a kind"
ACTIVE = (
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "image/x+xml",
    "video/x+xml",
    "text/xml",
    "application/pdf",
    "image/unheard-of",
)
"""Media types in which a browser may run scripts, or of which nobody knows."""
START_S = 120.0

_ROWS = """
import json, sys
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.team import Team
from airflow.utils.session import create_session
with create_session() as session:
    for dag_id, name in json.loads(sys.argv[1]).items():
        team, bundle = Team(name=name), DagBundleModel(name=dag_id)
        bundle.teams.append(team)
        session.add_all([team, bundle])
        session.flush()
        session.add(DagModel(dag_id=dag_id, bundle_name=dag_id, fileloc="/nowhere.py", is_paused=False))
"""


@dataclass(frozen=True)
class Serving:
    """The server and what it serves."""

    url: str
    store: Store
    process: subprocess.Popen[bytes]

    def established(self) -> list[Any]:
        """The connections that browsers hold to it."""
        everyone = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        port = urlsplit(self.url).port
        found = [each for process in everyone for each in process.net_connections("tcp")]
        return [each for each in found if each.status == "ESTABLISHED" and each.laddr.port == port]

    def client(self, user: str | None = None, **options: Any) -> httpx.Client:
        """A browser, signed in as `user`."""
        client = httpx.Client(base_url=self.url, timeout=30, **options)
        if user is not None:
            body = {"username": user, "password": PASSWORD}
            token = httpx.post(f"{self.url}/auth/token", json=body, timeout=30).json()["access_token"]
            client.cookies.set("_token", token)
        return client


@contextmanager
def serving(home: Path, s3: S3, **extra: str) -> Iterator[Serving]:
    """An API server with its database in `home`; `extra` stands in the extra of the store's connection."""
    environment = _environment(home, s3, extra)
    lay_database(home)
    subprocess.run([sys.executable, "-c", _ROWS, json.dumps(TEAMS)], env=environment, check=True, capture_output=True)
    with (home / "api-server.log").open("wb") as log:
        process = subprocess.Popen([AIRFLOW, "api-server"], env=environment, cwd=home, stdout=log, stderr=log)
    url = environment["AIRFLOW__API__BASE_URL"]
    try:
        _await(process, url, home / "api-server.log")
        yield Serving(url, Store(Domain(s3.bucket, "team/"), s3.connection()), process)
    finally:
        end(process)


def lay_out(store: Store) -> None:
    """Publish a film of `films` and a card of `cards`, and have a run of `films` leave pictures."""
    publish(store, "films", "honey", {"video.mp4": (FILM, "video/mp4", Role.MAIN)})
    publish(store, "cards", "mug", {"card.html": (PAGE, "text/html", Role.MAIN)})
    store.put("v1/secret.json", b"{}")
    run = RunRef(dag_id="films", run_id="manual__2026-11-25T06:00:00+00:00", task_id="image")
    lines = [
        picture_line(store, 0, "honey/01", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ItemLine(position=1, item="honey/02", outcome=Outcome.FAILED, message="<b>no model</b>"),
        picture_line(store, 2, "honey/04", PICTURE, "image/png"),
        *(picture_line(store, number, f"honey/{number + 2:02}", PAGE, kind) for number, kind in enumerate(ACTIVE, 3)),
    ]
    leave(store, run, StageKind.IMAGE, lines)
    store.put(log_key(run, LOGGED, 2, 0), LOG_PART)


def publish(store: Store, content_type: str, slug: str, files: Mapping[str, tuple[bytes, str, Role]]) -> PublishedItem:
    """Lay a piece out as publishing does, with a gallery that names nothing."""
    item = PublishedItem(
        content_type=content_type,
        slug=slug,
        day=DAY,
        content_digest="ab" * 32,
        title="Honey & <wax>",
        language="en",
        guid=UUID(int=1),
        published_at=datetime(2026, 11, 25, 6, tzinfo=UTC),
        updated_at=datetime(2026, 11, 25, 6, tzinfo=UTC),
        files=tuple(
            PublishedFile(
                path=path, role=role, media_type=kind, bytes=len(body), sha256=artifact_of("a", body, kind).sha256
            )
            for path, (body, kind, role) in files.items()
        ),
        run=RunRef(dag_id=content_type, run_id="manual__1", task_id="publish"),
    )
    root = published_prefix(content_type)
    for path, (body, kind, _) in files.items():
        store.put(f"{root}{item.folder}{path}", body, Headers(kind))
    store.put(f"{root}{piece_path(DAY, slug)}{ITEM}", item.model_dump_json().encode())
    store.put(f"{root}{GALLERY}", b"<!doctype html><h1>Gallery</h1>", Headers("text/html"))
    return item


def picture_line(store: Store, position: int, item: str, body: bytes, media_type: str) -> ItemLine:
    """An item with one output, whose blob is there."""
    artifact = artifact_of("image", body, media_type)
    store.put_blob(body, artifact)
    return ItemLine(position=position, item=item, outcome=Outcome.MADE, outputs=(artifact,))


def _environment(home: Path, s3: S3, extra: Mapping[str, str]) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "passwords.json").write_text(json.dumps(dict.fromkeys(USERS, PASSWORD)))
    (home / "deployment.yaml").write_text(
        f"engine: process\nstore: {{bucket: {s3.bucket}, prefix: team/}}\n"
        "process: {python: python, scratch: scratch, cache: cache}\nprofiles: {cpu-small: {cpu: 1, memory_mib: 512}}\n"
    )
    connection = {
        "conn_type": "aws",
        "login": s3.access_key,
        "password": s3.secret_key,
        "extra": {"endpoint_url": s3.endpoint, "region_name": s3.region, **extra},
    }
    return {
        **settings(home),
        "PATH": os.environ["PATH"],
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__MULTI_TEAM": "True",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "ATELIER_DEPLOYMENT": str(home / "deployment.yaml"),
        "AIRFLOW_CONN_ATELIER_STORE": json.dumps(connection),
    }


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    limit = time.monotonic() + START_S
    while True:
        try:
            if httpx.get(f"{url}/api/v2/version", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < limit, log.read_text()[-3000:]
        time.sleep(0.2)
