"""Which outputs are published, under which names."""

from __future__ import annotations

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import CorruptInput
from include.contract.manifests import ItemLine, Outcome
from include.contract.planning import PlannedItem, planned
from include.contract.publishing import Role, file_ports, named_file
from include.contract.publishing_recipes import PUBLISH_ARTICLE
from include.contract.registry import recipe_named
from tests.wiring import reading


def line(*names: str, outcome: Outcome = Outcome.MADE) -> ItemLine:
    outputs: tuple[Artifact, ...] = tuple(artifact_of(name, name.encode(), "text/plain") for name in names)
    return ItemLine(position=0, item="honey", outcome=outcome, outputs=outputs)


def piece(recipe: str, made: ItemLine | None) -> PlannedItem:
    """What the recipe publishes of a brief whose text is there, and whose files are `made`."""
    files = {} if made is None else {"honey": made}
    upstreams = {stage: files for stage in reading(recipe).values()} | {
        "text": {"honey": line("script", "title", "look")}
    }
    (item,) = planned(recipe_named(recipe).ports, ["honey"], reading(recipe), upstreams)
    return item


def test_a_piece_is_its_words_and_then_its_files() -> None:
    item = piece("publish.video", line("subtitles_srt", "poster", "label", "video", "subtitles_vtt"))
    names = [artifact.name for artifact in item.inputs]
    assert names == ["title", "script", "label", "video", "poster", "subtitles_vtt", "subtitles_srt"]


@pytest.mark.parametrize("video", [None, line(outcome=Outcome.FAILED)])
def test_a_piece_that_was_not_made_is_missing(video: ItemLine | None) -> None:
    assert piece("publish.video", video).missing == ("video of honey",)


def test_a_piece_that_lacks_a_file_is_not_published_in_part() -> None:
    with pytest.raises(CorruptInput, match="item honey has no output `poster`"):
        piece("publish.video", line("video", "label"))


def test_a_card_may_lack_a_format() -> None:
    item = piece("publish.cards", line("card_portrait", "thumbnail", "label"))
    assert [artifact.name for artifact in item.inputs[3:]] == ["card_portrait", "thumbnail"]


def test_a_numbered_output_keeps_its_number() -> None:
    named = named_file(file_ports(PUBLISH_ARTICLE), "picture_avif_960/07")
    assert named is not None
    assert (named[1], named[0].role) == ("pictures/07-960.avif", Role.PART)
    assert named_file(file_ports(PUBLISH_ARTICLE), "look") is None
