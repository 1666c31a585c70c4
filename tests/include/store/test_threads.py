from __future__ import annotations

from threading import Event

from include.store.threads import threads


def test_what_hangs_is_left_behind_and_what_has_not_begun_is_dropped() -> None:
    begun, answered = Event(), Event()

    def silent() -> bool:
        begun.set()
        return answered.wait(60)

    with threads(1, "test") as executor:
        hanging, waiting = executor.submit(silent), executor.submit(silent)
        begun.wait(60)
    assert not hanging.done()
    assert waiting.cancelled()
    answered.set()
    assert hanging.result()
