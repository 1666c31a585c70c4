from __future__ import annotations

import asyncio

import pytest

from operators.engines.leaving import unless_left


def test_what_the_work_comes_to_is_returned_or_raised() -> None:
    async def work(fails: bool) -> int:
        await asyncio.sleep(0)
        if fails:
            raise LookupError("there")
        return 7

    assert asyncio.run(unless_left(work(fails=False), lambda: True, poll_s=60)) == 7
    with pytest.raises(LookupError, match="there"):
        asyncio.run(unless_left(work(fails=True), lambda: True, poll_s=60))


def test_work_that_is_left_has_ended_when_its_worker_goes_on() -> None:
    asked, ended = [], []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("cancelled")

    def leaves() -> bool:
        asked.append("leaves?")
        return len(asked) == 3

    assert asyncio.run(unless_left(work(), leaves, poll_s=0.01)) is None
    assert ended == ["cancelled"]
