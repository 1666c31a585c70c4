from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import processes
from deploy.local.installation import Installation
from tests.ports import remember_own_ports


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation of its own, with its folders made; whatever a test leaves of it ends."""
    installation = Installation(home=tmp_path)
    installation.prepare()
    remember_own_ports(installation)
    yield installation
    processes.end_left_over(installation.state, 0)
