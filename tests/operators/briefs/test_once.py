from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from operators.briefs.once import Once

LIMIT_S = 60
"""For a busy machine."""


def test_what_several_threads_ask_for_is_looked_for_once() -> None:
    once: Once[str, int] = Once()
    looks, looking, go_on = [], Event(), Event()

    def look() -> int:
        looks.append(1)
        looking.set()
        assert go_on.wait(LIMIT_S)
        return 7

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(once.find, "bee", look)
        assert looking.wait(LIMIT_S)
        others = [threads.submit(once.find, "bee", look) for _ in range(3)]
        assert once.find("tea", lambda: 8) == 8
        go_on.set()
        assert [each.result(LIMIT_S) for each in (first, *others)] == [7] * 4
    assert (len(looks), once.find("bee", lambda: 9)) == (1, 7)


def test_what_could_not_be_found_out_is_looked_for_again() -> None:
    once: Once[str, int] = Once()
    with pytest.raises(ZeroDivisionError):
        once.find("bee", lambda: 1 // 0)
    assert once.find("bee", lambda: 7) == 7
