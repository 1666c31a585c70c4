"""What the stages that write have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.contract.digital_source import DigitalSource
from include.contract.errors import UnknownModel
from include.runtime.stage import ItemResult, ModelFiles, Work
from include.runtime.text_stage import TextStage, source_of, writing_attributes
from include.runtime.writing.asking import Tally
from include.runtime.writing.telling import Origin


class Silent(TextStage):
    """Writes nothing."""

    def make_item(self, work: Work) -> ItemResult:
        raise NotImplementedError


def test_a_model_without_weights_is_refused_before_anything_is_written() -> None:
    with pytest.raises(UnknownModel, match=r"model test/none has the files \['onnx'\]; needed: `gguf`"):
        Silent().setup(ModelFiles("test/none", "", {"onnx": Path("none")}))


def test_a_model_is_not_opened_before_something_has_to_be_written(tmp_path: Path) -> None:
    stage = Silent()
    stage.setup(ModelFiles("test/none", "", {"gguf": tmp_path / "none"}))
    stage.teardown()


@pytest.mark.parametrize(
    ("origins", "source"),
    [
        ({"title": Origin.GIVEN, "narration/01": Origin.MODEL}, DigitalSource.TRAINED),
        ({"title": Origin.GIVEN, "narration/01": Origin.TAKEN}, DigitalSource.ALGORITHMIC),
        ({}, DigitalSource.ALGORITHMIC),
    ],
)
def test_one_part_that_a_model_wrote_makes_a_text_its_work(origins: dict[str, Origin], source: DigitalSource) -> None:
    assert source_of(origins) is source


def test_what_the_writing_took_is_told_and_nothing_where_nothing_was_written() -> None:
    told = writing_attributes({"title": Origin.MODEL}, Tally(attempts={"title": 2}, tokens=50, seconds=4.0))
    assert told == {"origins": {"title": "model"}, "attempts": {"title": 2}, "tokens": 50, "tokens_per_s": 12.5}
    assert writing_attributes({}, Tally())["tokens_per_s"] is None
