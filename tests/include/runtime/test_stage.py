from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.brief import Brief
from include.contract.errors import (
    AtelierError,
    BadRequest,
    CheckFailed,
    DeviceOutOfMemory,
    HostOutOfMemory,
    ModelRefused,
    RejectedContent,
    ScratchFull,
    UnknownModel,
)
from include.runtime.stage import ItemResult, ItemStage, Work, saved


def works(*items: str) -> list[Work]:
    return [Work(item, Brief(topic="x"), {}, lambda attempt: attempt, Path()) for item in items]


class Refusing(ItemStage):
    """Makes every item but the one called `bad`."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def make_item(self, work: Work) -> ItemResult:
        if work.item == "bad":
            raise self.error
        return ItemResult((), {"item": work.item})


@pytest.mark.parametrize("error", [RejectedContent("x"), BadRequest("x"), CheckFailed("x"), AtelierError("x")])
def test_an_item_that_cannot_be_made_fails_alone(error: AtelierError) -> None:
    first, refused, last = Refusing(error).process(works("a", "bad", "z"))
    assert refused is error
    assert (first, last) == (ItemResult((), {"item": "a"}), ItemResult((), {"item": "z"}))


@pytest.mark.parametrize(
    "error",
    [
        ScratchFull("x"),
        DeviceOutOfMemory("x"),
        HostOutOfMemory("x"),
        UnknownModel("x"),
        ModelRefused("x"),
        KeyError("x"),
    ],
)
def test_what_lies_around_the_items_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        Refusing(error).process(works("a", "bad", "z"))


def test_outputs_lie_in_files_whose_names_nobody_chose(tmp_path: Path) -> None:
    outputs = saved([("image_prompt/01", b"bees", "text/plain"), ("script", b"{}", "application/json")], tmp_path)
    assert [(output.name, output.path.read_bytes(), output.media_type) for output in outputs] == [
        ("image_prompt/01", b"bees", "text/plain"),
        ("script", b"{}", "application/json"),
    ]
    assert {output.path.name for output in outputs} == {"000", "001"}
