"""Which outputs are published, under which names."""

from __future__ import annotations

import pytest

from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import CorruptInput
from include.contract.manifests import ItemLine, Outcome
from include.contract.publishing import CARDS, LABEL, PIECES, VIDEO, Role, published
from include.contract.recipes import RECIPES
from include.contract.values import StageKind


def line(*names: str, outcome: Outcome = Outcome.MADE) -> ItemLine:
    outputs: tuple[Artifact, ...] = tuple(artifact_of(name, name.encode(), "text/plain") for name in names)
    return ItemLine(position=0, item="honey", outcome=outcome, outputs=outputs)


@pytest.mark.parametrize("recipe", sorted(PIECES))
def test_names_are_readable_and_stand_for_one_output_each(recipe: str) -> None:
    rules = PIECES[recipe].files
    files = [rule.file.format(number="01") for rule in rules]
    assert len(set(files)) == len(files) == len({rule.output for rule in rules})
    assert not any(file.startswith("/") or ".." in file for file in files)
    assert [rule.role for rule in rules].count(Role.POSTER) == 1
    assert rules[0].role is Role.MAIN
    assert all(("{number}" in rule.file) == rule.output.endswith("/") for rule in rules)


def test_what_video_publishes_is_all_that_it_makes() -> None:
    assert {rule.output for rule in VIDEO.files} | {LABEL} == set(RECIPES["video.narrated"].outputs)


def test_a_piece_is_its_words_and_then_its_files() -> None:
    video = line("subtitles_srt", "poster", "label", "video", "subtitles_vtt")
    upstreams = {StageKind.TEXT: {"honey": line("script", "title", "look")}, StageKind.VIDEO: {"honey": video}}
    (item,) = published(VIDEO)(["honey"], upstreams)
    names = [artifact.name for artifact in item.inputs]
    assert names == ["title", "script", "label", "video", "poster", "subtitles_vtt", "subtitles_srt"]


@pytest.mark.parametrize("video", [{}, {"honey": line(outcome=Outcome.FAILED)}])
def test_a_piece_that_was_not_made_is_missing(video: dict[str, ItemLine]) -> None:
    upstreams = {StageKind.TEXT: {"honey": line("script", "title")}, StageKind.VIDEO: video}
    (item,) = published(VIDEO)(["honey"], upstreams)
    assert item.missing == ("video of honey",)


def test_a_piece_that_lacks_a_file_is_not_published_in_part() -> None:
    upstreams = {StageKind.TEXT: {"honey": line("script", "title")}, StageKind.VIDEO: {"honey": line("video", "label")}}
    with pytest.raises(CorruptInput, match="item honey has no output `poster`"):
        published(VIDEO)(["honey"], upstreams)


def test_a_card_may_lack_a_format() -> None:
    made = line("card_portrait", "thumbnail", "label")
    upstreams = {StageKind.TEXT: {"honey": line("script", "title")}, StageKind.POST: {"honey": made}}
    (item,) = published(CARDS)(["honey"], upstreams)
    assert [artifact.name for artifact in item.inputs[3:]] == ["card_portrait", "thumbnail"]


def test_a_numbered_output_keeps_its_number() -> None:
    rule, file = PIECES["publish.article"].rule_of("picture_avif_960/07")
    assert (file, rule.role) == ("pictures/07-960.avif", Role.PART)
