from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deploy.local import locks, weed
from deploy.local.cli import store_environment
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.ports import WANTED
from deploy.local.stackfile import Phase, StackFile


def test_the_embedded_store_is_found_while_it_runs_and_only_then(tmp_path: Path) -> None:
    installation = replace(Installation(), home=tmp_path)
    assert store_environment(installation) == {}
    installation.prepare()
    StackFile.of(installation).write(Phase.READY, dict(WANTED))
    assert store_environment(installation) == {}
    with locks.only_supervisor(installation) as is_alone:
        assert is_alone
        found = store_environment(installation)
    assert found["AWS_ENDPOINT_URL"] == weed.endpoint_url(WANTED)
    assert found["AWS_SECRET_ACCESS_KEY"] == credentials_of(installation).store_secret_key
