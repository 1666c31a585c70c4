from __future__ import annotations

import os

import pytest

from deploy.local.installation import Installation
from deploy.local.stackfile import Phase, StackFile


def test_what_is_written_is_read(installation: Installation) -> None:
    file = StackFile.of(installation)
    assert file.read() is None
    file.write(Phase.FAILED, {"s3": 1}, "no room")
    stack = file.read()
    assert stack
    assert (stack.pid, stack.phase, stack.ports, stack.message) == (os.getpid(), Phase.FAILED, {"s3": 1}, "no room")


def test_a_wish_to_stay_counts_for_the_supervisor_it_was_told_to(installation: Installation) -> None:
    file = StackFile.of(installation)
    file.keep(10)
    assert file.is_kept_by(10)
    assert not file.is_kept_by(11)
    file.let_go()
    assert not file.is_kept_by(10)


def test_what_has_happened_is_kept_beside_the_phase(installation: Installation) -> None:
    file = StackFile.of(installation)
    file.write(Phase.READY, {}, told=["12:00 the store was started again"])
    stack = file.read()
    assert stack
    assert stack.told == ("12:00 the store was started again",)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 5000, b'{"pid": 1}', b'{"phase": "x"}'])
def test_a_damaged_description_is_none(installation: Installation, content: bytes) -> None:
    file = StackFile.of(installation)
    file.write(Phase.READY, {})
    file.path.write_bytes(content)
    assert file.read() is None
