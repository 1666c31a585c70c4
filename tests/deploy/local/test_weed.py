from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from deploy.local import processes, store, weed
from deploy.local.credentials import Credentials, credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK, choose_ports
from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import InputLost, StoreAway
from include.contract.keys import blob_key
from include.store.store import Store


@contextmanager
def served(
    installation: Installation, credentials: Credentials, ports: Mapping[str, int]
) -> Iterator[subprocess.Popen[bytes]]:
    service = weed.weed_service(installation, credentials, ports)
    process = processes.start(service, installation.root, installation.home, installation.logs / "s3.log")
    try:
        limit = time.monotonic() + 30
        while not weed.weed_answers(ports):
            assert process.poll() is None, (installation.logs / "s3.log").read_text()[-2000:]
            assert time.monotonic() < limit
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()
        weed.remove_sockets(ports)


def download_patiently(place: Store, film: Artifact, path: Path) -> None:
    """Download once the server, which answers sooner, has found the volumes that a killed one left."""
    limit = time.monotonic() + 30
    while True:
        try:
            return place.fetch_blob(film, path)
        except StoreAway:
            assert time.monotonic() < limit
            time.sleep(0.5)


def test_what_was_written_is_there_after_a_kill_and_on_other_ports(installation: Installation) -> None:
    credentials = credentials_of(installation)
    film = artifact_of("video", b"film" * 1_000_000, "video/mp4")
    with served(installation, credentials, ports := choose_ports(installation)):
        place = store.connect(installation, credentials, ports)
        place.put_blob(b"film" * 1_000_000, film)
    sockets = [Path(f"/tmp/seaweedfs-{name.replace('_', '-')}-{port}.sock") for name, port in ports.items()]
    assert not [path for path in sockets if path.exists()]
    (installation.state / "ports.json").unlink()
    with served(installation, credentials, ports := choose_ports(installation)):
        place = store.connect(installation, credentials, ports)
        download_patiently(place, film, installation.home / "video.mp4")
    assert (installation.home / "video.mp4").read_bytes() == b"film" * 1_000_000


def test_it_listens_on_loopback_and_asks_everybody_for_credentials(installation: Installation) -> None:
    credentials = credentials_of(installation)
    ports = choose_ports(installation)
    with served(installation, credentials, ports) as process:
        place = store.connect(installation, credentials, ports)
        place.put("v1/secret", b"secret")
        listening = [c.laddr for c in psutil.Process(process.pid).net_connections("inet") if c.status == "LISTEN"]
        assert listening
        assert {address.ip for address in listening} == {LOOPBACK}
        assert httpx.get(f"{weed.endpoint_url(ports)}/atelier/v1/secret").status_code == 403
        assert httpx.get(f"http://{LOOPBACK}:{ports['filer']}/buckets/atelier/v1/secret").status_code == 404
        write = httpx.post(f"http://{LOOPBACK}:{ports['volume']}/1,01637037d6", files={"file": b"x"})
        assert write.status_code == 401
        assert not [s for s in vars(credentials).values() if s in " ".join(psutil.Process(process.pid).cmdline())]


def test_a_blob_with_other_bytes_is_not_handed_out(installation: Installation) -> None:
    credentials = credentials_of(installation)
    with served(installation, credentials, ports := choose_ports(installation)):
        place = store.connect(installation, credentials, ports)
        film = artifact_of("video", b"film", "video/mp4")
        place.put(blob_key(film.sha256), b"fake")
        with pytest.raises(InputLost, match="was not used; it is now empty"):
            place.fetch_blob(film, installation.home / "video.mp4")
    assert list(installation.home.glob("*.mp4*")) == []
