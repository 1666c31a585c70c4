"""Which outputs are published, under which names."""

from __future__ import annotations

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import CorruptInput
from include.contract.manifests import ItemLine, Outcome
from include.contract.planning import PlannedItem, planned
from include.contract.publishing import LABEL, Role, file_ports, named_file
from include.contract.recipes import PUBLISH_ARTICLE, PUBLISH_VIDEO, VIDEO_NARRATED
from include.contract.registry import recipe_named, recipes
from include.contract.values import StageKind
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


PUBLISHING = sorted(name for name, each in recipes().items() if each.kind is StageKind.PUBLISH)


@pytest.mark.parametrize("recipe", PUBLISHING)
def test_names_are_readable_and_stand_for_one_output_each(recipe: str) -> None:
    ports = list(file_ports(recipe_named(recipe)))
    files = [port.file.format(number="01") for port in ports]
    assert len(set(files)) == len(files) == len({port.takes for port in ports})
    assert not any(file.startswith("/") or ".." in file for file in files)
    assert ports[0].role is Role.MAIN
    assert all(("{number}" in port.file) == port.takes.endswith("/") for port in ports)


@pytest.mark.parametrize("recipe", [name for name in PUBLISHING if recipes()[name].is_in_store])
def test_one_picture_stands_for_the_piece(recipe: str) -> None:
    assert [port.role for port in file_ports(recipe_named(recipe))].count(Role.POSTER) == 1


def test_what_video_publishes_is_all_that_it_makes() -> None:
    assert {port.takes for port in file_ports(PUBLISH_VIDEO)} | {LABEL} == {
        each.name for each in VIDEO_NARRATED.outputs
    }


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
