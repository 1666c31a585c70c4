"""The embedded S3 server: SeaweedFS on loopback, one process, its data kept between runs."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import httpx

from deploy.local.credentials import Credentials
from deploy.local.files import write_atomically
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from deploy.local.processes import Service
from include.contract.engines import EngineName

REGION = "us-east-1"
EVERYWHERE = "0.0.0.0"
_LISTENERS = ("master", "master_grpc", "volume", "volume_grpc", "filer", "filer_grpc", "s3", "s3_grpc")
"""Parts of the one process, each with a port."""
_OWNER_ACTIONS = ("Admin", "Read", "Write", "List", "Tagging")


def endpoint_url(ports: Mapping[str, int]) -> str:
    """Where the S3 server answers."""
    return f"http://{LOOPBACK}:{ports['s3']}"


def client_variables(url: str, credentials: Credentials) -> dict[str, str]:
    """The environment in which an S3 client finds the server at `url`."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": credentials.store_access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.store_secret_key,
        "AWS_DEFAULT_REGION": REGION,
    }


def weed_service(installation: Installation, credentials: Credentials, ports: Mapping[str, int]) -> Service:
    """How to start the S3 server: only S3 answers without a signed token, and nothing phones home."""
    identities = installation.state / "s3-identities.json"
    write_atomically(identities, json.dumps(_identities(credentials)).encode(), mode=0o600)
    port_options = [
        f"-{name.replace('_grpc', '')}.port{'.grpc' * name.endswith('_grpc')}={ports[name]}" for name in _LISTENERS
    ]
    return Service(
        name="s3",
        argv=(
            str(installation.airflow_bin / "weed"),
            "-logtostderr=true",
            "server",
            f"-dir={installation.store_data}",
            f"-ip={LOOPBACK}",
            f"-ip.bind={LOOPBACK}",
            "-filer",
            "-filer.disableHttp",
            "-s3",
            f"-s3.config={identities}",
            f"-s3.ip.bind={_s3_listens_on(installation)}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            *port_options,
            # A lone master finds itself sooner: 2 s instead of 15 s for a start on kept data.
            "-master.electionTimeout=500ms",
            "-master.heartbeatInterval=100ms",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=1024",
            "-volume.max=0",
        ),
        # Signed tokens keep other users of this machine off the volume server.
        env={"WEED_JWT_SIGNING_KEY": credentials.store_signing_key},
        ports=tuple(ports[name] for name in _LISTENERS),
        # Asked politely it takes 15 s to end, and every write that was answered is with the kernel.
        stop_signal=signal.SIGKILL,
        answers=partial(weed_answers, ports),
        clear_away=partial(remove_sockets, ports),
    )


def weed_answers(ports: Mapping[str, int]) -> bool:
    """Whether the S3 server is ready."""
    try:
        return httpx.get(f"{endpoint_url(ports)}/healthz", timeout=1).is_success
    except httpx.TransportError:
        return False


def remove_sockets(ports: Mapping[str, int]) -> None:
    """Remove the sockets that a killed server leaves in /tmp, where it always puts them."""
    for name, port in ports.items():
        part = name.replace("_", "-")
        Path(f"/tmp/seaweedfs-{part}-{port}.sock").unlink(missing_ok=True)


def _s3_listens_on(installation: Installation) -> str:
    """Pods come from outside; what they ask is signed."""
    return EVERYWHERE if installation.deployment().engine == EngineName.KUBERNETES else LOOPBACK


def _identities(credentials: Credentials) -> dict[str, object]:
    key = {"accessKey": credentials.store_access_key, "secretKey": credentials.store_secret_key}
    return {"identities": [{"name": "atelier", "credentials": [key], "actions": list(_OWNER_ACTIONS)}]}
