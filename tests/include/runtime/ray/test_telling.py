"""What a worker tells its driver of how far it is."""

from __future__ import annotations

from include.runtime.ray.telling import Telling, Told


def test_what_is_noted_is_told_until_the_item_is_over() -> None:
    telling = Telling()
    assert telling.told() == Told("", {}, {})
    telling.phase("loading the model")
    for item in ("honey/01", "honey/02"):
        telling.share(item, 0.5)
        telling.say(item, f"making {item}")
    telling.over("honey/01")
    assert telling.told() == Told("loading the model", {"honey/02": 0.5}, {"honey/02": "making honey/02"})
    telling.over("honey/03")


def test_what_was_told_does_not_change() -> None:
    telling = Telling()
    told = telling.told()
    telling.share("honey/01", 0.5)
    assert told.shares == {}


def test_an_item_does_not_say_much() -> None:
    telling = Telling()
    telling.say("honey/01", "ü" * 500)
    assert 398 <= len(telling.told().said["honey/01"].encode()) <= 400
