"""Content types: a wrong file says file, line, what was found and what is allowed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given

from include.contract.content_types import ContentType, read_content_type
from include.contract.errors import BadRequest
from include.contract.labels import NoLabel
from include.contract.published import Publication
from include.contract.review import Moment
from include.contract.values import StageKind
from include.contract.yaml12 import Document, read_yaml
from tests.foreign import damaged

SHIPPED = Path(__file__).resolve().parents[3] / "dags" / "content_types"
NARRATED = (SHIPPED / "narrated_video.yaml").read_text().partition("\n")[2]
"""Without the line that names the schema."""


def read(text: str) -> ContentType:
    return read_content_type(read_yaml(text, "nv.yaml"))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_content_type_is_right_and_named_like_its_file(path: Path) -> None:
    assert read_content_type(read_yaml(path.read_text(), path.name)).name == path.stem


def test_stages_come_after_those_they_read() -> None:
    found = read(NARRATED)
    assert [stage.name for stage in found.content_stages] == ["text", "image", "speech", "clip", "video", "publish"]
    follows = [stage.wiring.follows for stage in found.content_stages]
    assert follows[3:] == [("image", "speech"), ("clip",), ("video",)]
    wrong = NARRATED.replace("  video:\n", "  cut:\n").replace("  speech:\n", "  video:\n")
    assert read(wrong.replace("  cut:\n", "  speech:\n")).content_stages[4].name == "speech", "names mean nothing"


def test_a_copy_with_other_stages_has_those() -> None:
    found = read(NARRATED)
    assert len(found.content_stages) == 6
    fewer = found.model_copy(update={"stages": {"text": found.stages["text"]}})
    assert [stage.name for stage in fewer.content_stages] == ["text"]
    assert len(found.content_stages) == 6
    assert read(NARRATED) == found


@pytest.mark.parametrize(
    ("name", "says"), [("brief", "choose another"), ("review", "choose another"), ("a_b", "hyphens")]
)
def test_a_stage_cannot_be_called_as_a_task_that_runs_have_of_themselves(name: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        read(NARRATED.replace("  image:\n", f"  {name}:\n"))


def test_each_publisher_has_a_place_of_its_own() -> None:
    again = NARRATED + "  archive:\n    recipe: publish.video\n"
    found = read(again)
    assert [found.place_of(stage.name) for stage in found.of_kind(StageKind.PUBLISH)] == [
        "narrated_video",
        "narrated_video-archive",
    ]


def test_defaults_of_briefs_are_kept_as_they_are_meant() -> None:
    defaults = "brief: {scenes: '3', language: EN-us, music: 'True', voice: null, variations: {image: '1'}}\nstages:"
    found = read(re.sub(r"brief:.*stages:", defaults, NARRATED, flags=re.DOTALL)).brief
    assert found == {"scenes": 3, "language": "en-US", "music": True, "variations": {"image": 1}}


def test_without_a_label_only_the_stages_that_bear_one_are_told_so_and_who_decided_it_is_kept() -> None:
    labelled = read(NARRATED)
    bare = read(NARRATED.replace("owner: content", "owner: content\nlabel: none\ndecided_by: Ada\nreason: A test."))
    assert (labelled.no_label, bare.no_label) == (None, NoLabel(decided_by="Ada", reason="A test."))
    for one, other in zip(labelled.content_stages, bare.content_stages, strict=True):
        bears, params = one.recipe.name in ("clip.still", "video.narrated"), other.settings.params
        assert (params.get("label"), one.settings.params == params) == ("none" if bears else None, not bears)


def test_people_may_be_asked_of_a_script_and_before_publishing_where_there_is_one() -> None:
    asked = read(NARRATED.replace("owner: content", "owner: content\nreview: {after_script: true}"))
    assert asked.moments == tuple(Moment)


def test_a_stage_has_one_shard_unless_it_says_otherwise() -> None:
    shared = read(NARRATED.replace("recipe: image.scene", "recipe: image.scene\n    shards: 3"))
    assert {kind: stage.shards for kind, stage in shared.stages.items() if stage.shards > 1} == {"image": 3}
    assert read(NARRATED.replace("recipe: script.narrated", "recipe: script.narrated\n    shards: 1"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "owner: content",
            "ownr: content",
            "line 4: `ownr`: is not a field; did you mean `owner`? allowed: owner, name,",
        ),
        (
            "  image:\n",
            "  image_1:\n",
            "`stages.image_1`: has the wrong form; allowed: the letters a to z, digits, and",
        ),
        (
            "recipe: image.scene",
            "recipe: image.sceen",
            "`stages.image.recipe`: is not a recipe (found 'image.sceen'); did you mean `image.scene`? allowed: ",
        ),
        (
            "recipe: image.scene",
            "recipe: image.scene\n    inputs: {look: sound}",
            "`stages.image.inputs.look`: is not a stage here (found 'sound'); allowed: text",
        ),
        (
            "short_side_px: 1080, fps",
            "short_side: 1080, fps",
            "`stages.clip.params.short_side`: is not a field; did you mean `short_side_px`? allowed: short_side_",
        ),
        (
            "short_side_px: 1080, fps",
            "language: en, fps",
            "`stages.clip.params.language`: is set by each brief; put it under `brief`",
        ),
        ("scenes: 5", "scenes: 999", "allowed: a whole number from 1 to 400"),
        (
            "short_side_px: 1080, fps",
            "label: none, fps",
            "`stages.clip.params.label`: applies to all stages; put it at the top of the file",
        ),
        ("owner: content", "owner: content\nlabel: none", "line 5: `label`: `none` needs `decided_by` and `reason`"),
        (
            "owner: content",
            "owner: content\nlabel: none\ndecided_by: Ada Lovelace",
            "line 5: `label`: `none` needs `reason` beside it",
        ),
        (
            "owner: content",
            "owner: content\nlabel: off",
            "line 5: `label`: is not known (found 'off'); allowed: shown,",
        ),
        ("owner: content", "owner: content\n\nreason: x", "line 6: `reason`: belongs to `label: none`"),
        ("scenes: 5", "topic: Bees", "can only be set in each brief; remove it"),
        (
            "  text:\n    recipe: script.narrated\n    profile: cpu-medium\n    timeout_s: 1200\n",
            "",
            "`stages.image`: reads `image_prompt/` (text/plain) of each brief through",
        ),
        ("owner: content", "owner: content\nschedule: sometimes", "line 5: `schedule`: is not a cron expression"),
        ("owner: content", "owner: content\nschedule: '@daily'", "`schedule`: needs a `start_date`"),
        ("name: narrated_video", "name: ../evil", "line 1: `name`"),
        (
            "recipe: script.narrated",
            "recipe: script.narrated\n    shards: 2",
            "line 16: `stages.text.shards`: `script.narrated` makes one item for each brief, and each run makes one "
            "brief, so there is nothing to split; remove it. Recipes that take shards: clip.still, image.scene, "
            "image.upscale, speech.dialogue, speech.narration; with a",
        ),
        (
            "recipe: image.scene",
            "recipe: image.scene\n    shards: 0",
            "is too small (found 0); allowed: a whole",
        ),
        ("recipe: image.scene", "recipe: image.scene\n    shards: 1025", "is too large (found 1025)"),
        ("recipe: publish.video", "recipe: publish.video\n    shards: 2", "`stages.publish.shards`: publishing is one"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, says: str) -> None:
    assert old in NARRATED
    with pytest.raises(BadRequest) as caught:
        read(NARRATED.replace(old, new))
    assert str(caught.value).startswith("nv.yaml, line ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            "source: {calender: a.csv}",
            "`source`: does not name a source (found 'calender'); did you mean `calendar`? "
            "allowed: calendar, catalogue, feed, asset",
        ),
        ("source: {calendar: a.xlsx}", "allowed endings: .csv, .tsv, .txt, .parquet, .yaml (found 'a.xlsx')"),
        (
            "source: {calendar: a.csv, feed: 'https://a.example'}",
            "`source.feed`: does not go with the other fields",
        ),
        ("source: {feed: 'file:///etc/passwd'}", "one that starts with https:// or http://"),
        ("source: {calendar: a.csv}", "`source`: needs a `schedule`"),
        ("source: {asset: narrated_video}", "so it would start itself again and again"),
        ("source: {asset: news}\nschedule: '@daily'\nstart_date: 2026-01-01", "remove `schedule`"),
        ("timezone: Europe/Atlantis", "is not a time zone; allowed: an IANA name"),
        ("lead_days: -1", "is too small"),
    ],
)
def test_where_briefs_come_from_is_told_in_one_way(lines: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(f"{NARRATED}\n{lines}\n")
    assert says in str(caught.value)


def test_with_a_source_every_stage_can_be_shared_out() -> None:
    shared = NARRATED.replace("recipe: script.narrated", "recipe: script.narrated\n    shards: 3")
    sourced = read(f"{shared}\nsource: {{calendar: a.csv}}\nschedule: '@daily'\nstart_date: 2026-01-01\n")
    assert sourced.stages["text"].shards == 3


def test_the_fields_of_a_brief_are_those_that_a_stage_reads() -> None:
    text = read(NARRATED).model_copy(update={"stages": {"text": read(NARRATED).stages["text"]}})
    assert text.brief_fields == ("id", "topic", "language", "scenes", "variation", "variations", "script")


def test_mistakes_of_every_pass_are_told_at_once_and_each_where_it_stands() -> None:
    with pytest.raises(BadRequest) as caught:
        read(
            "name: films\ntitle: Films\ndescription: Films.\nlead_days: many\nschedule: '@daily'\nwebhook: told\n"
            "source: {calendar: c.doc}\nreview: {after_script: true}\n"
            "brief: {topic: Bees, scenes: 999, language: en, voice: nobody}\n"
            "stages:\n  image: {recipe: script.narratd, shards: 0}\n"
            "  speech: {recipe: speech.narration, params: {language: en, pitch: 3}}\n"
        )
    told = [row.removeprefix("nv.yaml, line ").partition("`: ")[0] for row in str(caught.value).splitlines()]
    assert told == [
        "4: `lead_days",
        "5: `schedule",
        "7: `source.calendar",
        "9: `brief.topic",
        "9: `brief.scenes",
        "9: `brief.voice",
        "11: `stages.image.shards",
        "11: `stages.image.recipe",
        "12: `stages.speech.params.language",
        "12: `stages.speech.params.pitch",
    ]


def test_a_stage_with_a_misspelt_recipe_is_not_missed_by_those_that_read_it() -> None:
    with pytest.raises(BadRequest) as caught:
        read(NARRATED.replace("recipe: script.narrated", "recipe: script.narratd"))
    assert len(str(caught.value).splitlines()) == 1


WHOLE = {
    "name": "films",
    "title": "Films",
    "description": "Films.",
    "tags": ["a"],
    "schedule": "@daily",
    "start_date": "2026-01-01",
    "source": {"calendar": "c.csv"},
    "lead_days": 1,
    "review": {"after_script": True},
    "brief": {"language": "en", "scenes": 2},
    "stages": {
        "text": {"recipe": "script.narrated", "retries": 1},
        "image": {"recipe": "image.scene", "params": {"short_side_px": 720}, "shards": 2},
        "speech": {"recipe": "speech.narration"},
        "clip": {"recipe": "clip.still", "inputs": {"title": "text"}},
        "video": {"recipe": "video.narrated"},
        "publish": {"recipe": "publish.video"},
    },
}


@given(damaged(WHOLE))
@example(WHOLE | {"stages": {5: {"recipe": "image.scene"}, None: {"recipe": "publish.video"}}})
@example(WHOLE | {"stages": {"text": {"recipe": "script.narrated", "inputs": {5: "text", "look": ["text"]}}}})
def test_whatever_a_content_type_says_it_is_one_or_its_mistakes_are_told_in_our_words(value: Any) -> None:
    try:
        read_content_type(Document("f.yaml", value))
    except BadRequest as error:
        told = str(error)
        assert told.startswith("f.yaml")
        assert not re.search(r"Input should|not permitted|Value error|validation error|valid dictionary", told)


def test_a_podcast_is_called_as_its_content_type_unless_its_params_say_another_name() -> None:
    stages = {
        "text": {"recipe": "script.dialogue", "profile": "cpu", "timeout_s": 60},
        "image": {"recipe": "image.scene", "profile": "cpu", "timeout_s": 60},
        "speech": {"recipe": "speech.dialogue", "profile": "cpu", "timeout_s": 60},
        "post": {"recipe": "audio.podcast", "profile": "cpu", "timeout_s": 60},
    }
    told = {"name": "talks", "title": "Small Wonders", "description": "Talks.", "owner": "content", "stages": stages}
    shows = []
    for params in ({}, {"show": "Night School"}):
        stages["post"]["params"] = params
        found = {stage.recipe.name: stage.settings.params for stage in ContentType.model_validate(told).content_stages}
        shows.append(found["audio.podcast"].get("show"))
        assert "show" not in found["script.dialogue"]
    assert shows == ["Small Wonders", "Night School"]


def test_who_reads_prompts_reads_them_in_the_language_in_which_they_are_written() -> None:
    lines = (
        "name: nv\ntitle: Films\ndescription: Films of topics.\nstages:",
        "  text: {recipe: script.narrated, params: {prompt_language: en}}",
        "  image: {recipe: image.scene, inputs: {image_prompt: text}}",
        "  other: {recipe: image.scene, inputs: {image_prompt: text}, params: {prompt_language: de}}",
        "  speech: {recipe: speech.narration}",
    )
    stages = "\n".join(lines)
    found = {stage.name: stage.settings.params.get("prompt_language") for stage in read(stages).content_stages}
    assert found == {"text": "en", "image": "en", "other": "de", "speech": None}
    plain = read(stages.replace(", params: {prompt_language: en}", ""))
    assert "prompt_language" not in plain.content_stages[1].settings.params


def test_a_publisher_of_any_piece_below_none_is_told_what_would_make_one() -> None:
    with pytest.raises(BadRequest) as caught:
        read(
            "name: films\ntitle: Films\ndescription: Films.\n"
            "stages:\n  text: {recipe: script.narrated}\n  archive: {recipe: publish.folder}\n"
        )
    assert str(caught.value) == (
        "nv.yaml, line 6: `stages.archive`: publishes finished pieces, but no stage above it makes any; "
        "add one of: audio.podcast, image.card, page.article, video.narrated"
    )


def test_every_place_can_be_published_in() -> None:
    found = read(NARRATED + "  vertical-cut:\n    recipe: publish.video\n")
    places = [found.place_of(stage.name) for stage in found.of_kind(StageKind.PUBLISH)]
    assert places == ["narrated_video", "narrated_video-vertical-cut"]
    facts = {"title": "Films", "description": "Films.", "language": "en", "day": date(2026, 11, 27)}
    for place in places:
        assert Publication.model_validate(facts | {"content_type": place}).content_type == place
