"""The embedded Ray head, beside the store and Airflow where the deployment runs stages on Ray."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from deploy.local import weed
from deploy.local.credentials import Credentials
from deploy.local.installation import Installation
from deploy.local.ports import LOOPBACK
from deploy.local.processes import Service
from include.contract.ray import RaySettings

CPUS = 4
"""As many as may be reserved: stages of a demo mostly wait for each other."""
MEMORY_BYTES = 16 << 30
"""Reserved as well, not taken."""
OBJECT_STORE_BYTES = 100_000_000
_FOLDERS = Path("/tmp")
_TIMEOUT_S = 5.0


def ray_environment(installation: Installation, credentials: Credentials) -> dict[str, str]:
    """What Airflow needs to reach the head; nothing if no stage runs on Ray."""
    engine = installation.deployment().ray
    if engine is None or engine.connection_id is None:
        return {}
    connection = {"conn_type": "http", "password": credentials.ray_token}
    return {f"AIRFLOW_CONN_{engine.connection_id.upper()}": json.dumps(connection)}


def ray_services(installation: Installation, credentials: Credentials, ports: Mapping[str, int]) -> list[Service]:
    """How to start the head, if stages run on Ray: its jobs have the store's credentials from its own environment."""
    engine = installation.deployment().ray
    if engine is None:
        return []
    folder = _folder(installation)
    address = urlsplit(engine.address)
    dashboard = address.port or 80
    bin_folder = installation.stage_python.parent
    return [
        Service(
            name="ray",
            argv=(
                str(bin_folder / "ray"),
                "start",
                "--head",
                "--block",
                f"--node-ip-address={LOOPBACK}",
                f"--port={ports['ray_gcs']}",
                f"--dashboard-host={LOOPBACK}",
                f"--dashboard-port={dashboard}",
                f"--dashboard-agent-listen-port={ports['ray_agent']}",
                f"--ray-client-server-port={ports['ray_client']}",
                f"--num-cpus={CPUS}",
                f"--memory={MEMORY_BYTES}",
                f"--object-store-memory={OBJECT_STORE_BYTES}",
                "--disable-usage-stats",
            ),
            env={
                **weed.client_variables(weed.endpoint_url(ports), credentials),
                "HOME": str(folder),
                "PYTHONPATH": str(installation.root),
                "RAY_TMPDIR": str(folder),
                "RAY_AUTH_MODE": "token",
                "RAY_AUTH_TOKEN": credentials.ray_token,
                "ATELIER_CACHE": str(installation.state / "cache"),
            },
            ports=(dashboard,),
            answers=lambda: _answers(engine, credentials),
            clear_away=lambda: shutil.rmtree(folder / "ray", ignore_errors=True),
        )
    ]


def _answers(engine: RaySettings, credentials: Credentials) -> bool:
    """Whether jobs can be submitted."""
    headers = {"Authorization": f"Bearer {credentials.ray_token}"}
    try:
        return httpx.get(f"{engine.address}/api/jobs/", headers=headers, timeout=_TIMEOUT_S).is_success
    except httpx.TransportError:
        return False


def _folder(installation: Installation) -> Path:
    """Of its sessions, for this installation alone."""
    folder = _FOLDERS / f"atelier-ray-{hashlib.sha256(str(installation.state).encode()).hexdigest()[:8]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
