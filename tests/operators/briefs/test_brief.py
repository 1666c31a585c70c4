from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given

from include.contract.errors import BadRequest
from include.contract.registry import recipe_named
from include.contract.requests import order_of
from include.contract.values import Aspect
from operators.briefs.brief import BriefRefused, brief_of
from tests.foreign import damaged
from tests.operators.conftest import films

DEFAULTS = {"language": "en", "scenes": 5, "aspect": "9:16", "voice": "auto", "music": False}
FILMS = films(brief=DEFAULTS)


def test_the_form_wins_over_the_content_type_and_null_means_its_default() -> None:
    brief = brief_of({"topic": " Bees ", "scenes": 3, "aspect": None, "id": None, "script": None}, FILMS)
    assert (brief.topic, brief.scenes, brief.aspect, brief.id) == ("Bees", 3, Aspect.UPRIGHT, "bees")


@pytest.mark.parametrize(
    ("conf", "says"),
    [
        ({}, ["needs a `topic`"]),
        (
            {"topic": "Bees", "topics": "x"},
            ["nothing was started:", "- topics: is not a field", "`topic`?", "allowed: topic, id,"],
        ),
        ({"topic": "Bees", "scenes": 0}, ["- scenes: is too small (found 0); allowed: a whole number from 1 to 400"]),
        ({"topic": "Bees", "aspect": "4:3"}, ["- aspect: is not known (found '4:3'); allowed: 16:9, 9:16, 1:1"]),
        ({"topic": "Bees", "language": "tlh-x"}, ["- language: 'tlh-x' is not a BCP 47 tag"]),
        ({"topic": "Bees", "voice": "nobody"}, ["nobody", "auto"]),
        ({"topic": "", "scenes": "many"}, ["- topic: is empty", "- scenes: "]),
        (
            {"script": {"scenes": [{"narration": "x", "sound": "y"}]}},
            [
                "nothing was started (places count from 0):",
                "- script.scenes.0.sound: is not a field; allowed: narration",
            ],
        ),
        ({"id": "../../etc", "topic": "Bees"}, ["- id: "]),
    ],
)
def test_a_wrong_brief_is_refused_with_a_line_a_mistake(conf: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(BadRequest) as caught:
        brief_of(conf, FILMS)
    first, *rows = str(caught.value).splitlines()
    assert "nothing was started" in first
    assert all(row.startswith("- ") and len(row) < 1000 for row in rows)
    for part in says:
        assert part in str(caught.value)


def test_a_scripts_scenes_outdo_the_number_that_the_form_shows() -> None:
    script = {"scenes": [{"narration": "One."}, {"narration": "Two."}]}
    assert brief_of({"script": script, "scenes": 5}, FILMS).scenes == 2
    assert brief_of({"script": script}, FILMS).scenes == 2
    with pytest.raises(BadRequest, match="- scenes: says 4, but `script.scenes` has 2"):
        brief_of({"script": script, "scenes": 4}, FILMS)


def test_all_mistakes_are_told_at_once_in_the_words_of_the_type() -> None:
    wrong = {"scenes": 999, "language": "english", "voice": "nobody", "second_voice": "heart", "product": {}}
    with pytest.raises(BadRequest) as caught:
        brief_of(wrong, FILMS)
    _, *rows = str(caught.value).splitlines()
    assert [row.partition(": ")[0] for row in rows] == [
        "- language",
        "- scenes",
        "- needs a `topic`, or a `script` with narration in its scenes",
        "- voice",
        "- second_voice",
        "- product",
    ]


def deep(levels: int) -> Any:
    value: Any = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"scenes": value}
    return value


WHOLE = {
    "topic": "Bees",
    "scenes": 2,
    "script": {"title": "Bees", "scenes": [{"narration": "Hum."}, {"image_prompt": "bees"}]},
    "variations": {"image/01": 1},
    "music": False,
}


@given(damaged(WHOLE))
@example({"topic": "Bees", "script": {"scenes": 5}})
@example({"topic": "\u0958" * 300})
@example({"topic": "Bees", "\ud800": 1, "\x00": 2})
def test_a_brief_that_is_accepted_is_one_that_every_stage_can_be_asked_for(conf: Any) -> None:
    try:
        brief = brief_of(conf if isinstance(conf, dict) else {"topic": conf}, FILMS)
    except BadRequest:
        return
    for recipe in ("script.narrated", "video.narrated"):
        order_of("any", recipe_named(recipe), brief, {})


@pytest.mark.parametrize(
    "conf",
    [
        pytest.param({"topic": "Bees", "scenes": 1 << 20_000}, id="endless number"),
        pytest.param({"topic": "Bees", "script": deep(5000), "scenes": deep(800), "music": deep(3000)}, id="deep"),
        pytest.param({"topic": "Bees", "k" * 10**6: 3, "\ud800": 1, "\x1b": 2}, id="strange names"),
        pytest.param({"topic": "Bees", "dialogue": {"lines": [1] * 10**6}}, id="many lines"),
        pytest.param({f"k{number}": number for number in range(20_000)}, id="many names"),
    ],
)
def test_a_monstrous_brief_is_refused_in_short_legible_words(conf: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as caught:
        brief_of(conf, FILMS)
    assert len(str(caught.value).encode()) < 20_000


def test_html_in_any_text_becomes_what_a_browser_shows() -> None:
    script = {
        "title": "<h1>Bees &amp;<br>honey</h1>",
        "description": "<p>Five &lt; six.</p><p>More</p>",
        "hashtags": ["<i>tea</i>"],
        "scenes": [{"narration": "A &#8211; b", "image_prompt": "<p>a bee</p><p>at a flower</p>"}],
    }
    made = brief_of({"topic": "List<String> &quot;and&quot; 2 < 3", "script": script}, FILMS)
    assert made.topic == 'List<String> "and" 2 < 3'
    assert made.script is not None
    assert made.script.scenes is not None
    assert (made.script.title, made.script.description) == ("Bees & honey", "Five < six.\n\nMore")
    assert made.script.hashtags == ("tea",)
    assert made.script.scenes[0].narration == "A – b"
    assert made.script.scenes[0].image_prompt == "a bee at a flower"


def test_html_in_a_product_becomes_text_whether_it_comes_whole_or_in_parts() -> None:
    cards = films(stages={"text": {"recipe": "caption.product"}})
    name, description = "Salt &amp; <b>Pepper</b>", "<p>Of clay.</p><ul><li>2 &lt; 3</ul>"
    for conf in (
        {"product": {"name": name, "description": description}},
        {"product.name": name, "product.description": description},
    ):
        product = brief_of(conf, cards).product
        assert product is not None
        assert (product.name, product.description) == ("Salt & Pepper", "Of clay.\n\n2 < 3")


def test_a_text_may_be_longer_with_its_html_than_a_brief_allows_and_one_of_html_alone_is_empty() -> None:
    assert brief_of({"topic": "<span class='x'>" * 100 + "Bees"}, FILMS).topic == "Bees"
    with pytest.raises(BadRequest, match="- topic: is empty"):
        brief_of({"topic": "<p>&#32;</p>"}, FILMS)


def test_a_field_that_no_stage_reads_is_refused() -> None:
    with pytest.raises(BadRequest, match="- aspect: no stage of `films` reads it; remove it"):
        brief_of({"topic": "Bees", "aspect": "1:1"}, films(stages={"text": {"recipe": "script.narrated"}}))


def test_what_the_writer_cannot_write_is_told_beside_the_other_mistakes() -> None:
    with pytest.raises(BadRequest) as caught:
        brief_of({"topic": "🐝", "language": "de", "scenes": 12, "aspect": "4:3", "langauge": "de"}, FILMS)
    told = str(caught.value)
    assert [part in told for part in ("- topic: ", "- language: ", "- scenes: ", "- aspect: ", "- langauge: ")] == [
        True
    ] * 5


def test_a_brief_that_brings_its_words_is_not_told_what_nobody_here_can_write() -> None:
    script = {"scenes": [{"narration": "Ein Bienenvolk.", "image_prompt": "Bienen"}]}
    with pytest.raises(BriefRefused) as caught:
        brief_of({"script": script, "topic": "Bienen", "language": "de", "aspect": "4:3"}, FILMS)
    assert [mistake.partition(":")[0] for mistake in caught.value.mistakes] == ["aspect"]
