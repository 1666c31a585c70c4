from __future__ import annotations

from deploy.local.installation import Installation
from deploy.local.stackfile import Phase, StackFile
from deploy.local.status import Status


def test_what_is_told_is_there_for_all_who_look(installation: Installation) -> None:
    status = Status(StackFile.of(installation))
    status.ports["airflow"] = 8080
    status.enter(Phase.READY)
    status.tell("s3 was started again")
    stack = StackFile.of(installation).read()
    assert stack
    assert (stack.phase, stack.message, stack.ports) == (Phase.READY, "", {"airflow": 8080})
    assert [line.partition(" ")[2] for line in stack.told] == ["s3 was started again"]


def test_what_is_told_keeps_the_phase_and_what_is_waited_for(installation: Installation) -> None:
    status = Status(StackFile.of(installation))
    status.enter(Phase.STARTING, "postgres to answer")
    status.tell("s3 was started again")
    stack = StackFile.of(installation).read()
    assert stack
    assert (stack.phase, stack.message) == (Phase.STARTING, "postgres to answer")


def test_the_same_is_not_written_again(installation: Installation) -> None:
    status = Status(StackFile.of(installation))
    status.enter(Phase.STARTING, "postgres to answer")
    StackFile.of(installation).path.unlink()
    status.enter(Phase.STARTING, "postgres to answer")
    assert StackFile.of(installation).read() is None
    status.enter(Phase.READY)
    assert StackFile.of(installation).read() is not None
