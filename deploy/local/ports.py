"""Ports on loopback: the usual ones if they are free, otherwise others."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path

from deploy.local.files import mapping_in, write_atomically
from deploy.local.installation import Installation

LOOPBACK = "127.0.0.1"
AIRFLOW_PORT = "airflow"
DATABASE_PORT = "database"
WANTED = {AIRFLOW_PORT: 8080, DATABASE_PORT: 15432, "s3": 8333, "filer": 8888, "volume": 8380, "master": 9333}
"""Each embedded server and the port that it usually has."""
RAY = ("ray_gcs", "ray_agent", "ray_client")
GRPC = tuple(f"{name}_grpc" for name in ("s3", "filer", "volume", "master"))


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def is_listened_on(port: int) -> bool:
    """Whether a program accepts connections to `port` now; unlike `is_free`, this never blocks a starting server."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def choose_ports(installation: Installation) -> dict[str, int]:
    """A free port for each server: the last one, else the usual one, else any. Remembers the choice."""
    path = installation.state / "ports.json"
    remembered = _remembered(path)
    wanted = {**WANTED, **dict.fromkeys((*GRPC, *RAY), 0), **remembered}
    ports = _free_ports(wanted)
    if ports != remembered:
        write_atomically(path, json.dumps(ports, indent=2).encode())
    return ports


def _remembered(path: Path) -> dict[str, int]:
    """Last time's ports; none when they cannot be read."""
    try:
        kept = mapping_in(path)
    except ValueError:
        return {}
    known = {*WANTED, *GRPC, *RAY}
    return {name: port for name, port in kept.items() if name in known and isinstance(port, int) and 0 < port < 2**16}


def _free_ports(wanted: Mapping[str, int]) -> dict[str, int]:
    """`wanted` with every port that is taken, or named twice, replaced by a free one."""
    held: list[socket.socket] = []
    ports: dict[str, int] = {}
    try:
        for name, port in wanted.items():
            usable = port and port not in ports.values() and is_free(port)
            ports[name] = port if usable else _any_port(held)
    finally:
        for probe in held:
            probe.close()
    return ports


def _any_port(held: list[socket.socket]) -> int:
    """A port that the system says is free; kept bound in `held`, so that the next call gives another."""
    probe = socket.socket()
    held.append(probe)
    probe.bind((LOOPBACK, 0))
    port: int = probe.getsockname()[1]
    return port
