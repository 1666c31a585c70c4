"""Ports for an installation of a test's own, so that sets of tests that run side by side never want the same ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from deploy.local.installation import Installation
from deploy.local.ports import GRPC, RAY, WANTED, is_free

OFFERED = range(20_000, 32_000)
"""Below those that Linux gives to connections, which are taken and left at any time."""


def remember_own_ports(installation: Installation) -> None:
    """Have `installation`, whose folders are made, find free ports in its memory, as if it had run before."""
    free = free_ports()
    own = {name: next(free) for name in (*WANTED, *GRPC, *RAY)}
    (installation.state / "ports.json").write_text(json.dumps(own))


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on now, in no order."""
    return (port for port in random.sample(OFFERED, len(OFFERED)) if is_free(port))
