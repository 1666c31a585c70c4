from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation of its own, with its folders made."""
    installation = Installation(home=tmp_path)
    installation.prepare()
    return installation
