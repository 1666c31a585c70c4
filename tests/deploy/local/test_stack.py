from __future__ import annotations

import pytest

from deploy.local import locks
from deploy.local.installation import Installation
from deploy.local.stack import StackFailed, Waiting, await_ready
from deploy.local.stackfile import Phase, StackFile


def test_what_is_waited_for_is_said_as_it_changes_and_again_while_it_lasts() -> None:
    said: list[str] = []
    waiting = Waiting(said.append)
    for second in range(60):
        waiting.hear("Postgres" if second < 2 else "api-server" if second < 50 else "scheduler", second)
    assert said == [
        "    0 s: waiting for Postgres",
        "    5 s: waiting for api-server",
        "   25 s: waiting for api-server",
        "   45 s: waiting for api-server",
        "   50 s: waiting for scheduler",
    ]


def test_what_happened_before_it_was_ready_is_told(installation: Installation) -> None:
    said: list[str] = []
    StackFile.of(installation).write(Phase.READY, {}, told=["12:00 port 8080 was taken"])
    with locks.only_supervisor(installation):
        assert await_ready(installation, said.append).phase is Phase.READY
    assert said == ["12:00 port 8080 was taken"]


def test_servers_that_failed_or_are_gone_are_not_waited_for(installation: Installation) -> None:
    file = StackFile.of(installation)
    file.write(Phase.STARTING, {}, "Postgres")
    with pytest.raises(StackFailed, match="have ended"):
        await_ready(installation, lambda line: None)
    file.write(Phase.FAILED, {}, "port 8080 was taken")
    with pytest.raises(StackFailed, match="port 8080 was taken"):
        await_ready(installation, lambda line: None)
