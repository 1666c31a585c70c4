"""The brief: what people write is read as they mean it, or refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from pydantic import ValidationError

from include.contract.brief import MAX_SCENES, Brief, slug_of
from include.contract.canonical import canonical_bytes, canonical_tree
from include.contract.errors import BadRequest
from include.contract.values import Mood
from include.contract.yaml12 import read_model, read_yaml
from tests.foreign import damaged


def read(text: str) -> Brief:
    return read_model(Brief, read_yaml(text, "my.yaml"))


def test_a_topic_is_all_it_needs() -> None:
    brief = read("topic: Why honey bees matter")
    assert (brief.id, brief.language, brief.scenes, brief.aspect.value) == ("why-honey-bees-matter", "en", 5, "16:9")


@pytest.mark.parametrize(
    ("brief", "title"),
    [
        ("topic: Bees", "Bees"),
        ("topic: Bees\nscript: {title: Why bees matter}", "Why bees matter"),
        ("topic: Bees\narticle: {title: About bees}", "About bees"),
        ("product: {name: A mug}", "A mug"),
    ],
)
def test_people_call_it_by_its_title_or_by_what_it_is_about(brief: str, title: str) -> None:
    assert read(brief).title == title


def test_unquoted_aspect_and_norwegian_are_read_as_a_person_means_them() -> None:
    brief = read("topic: Fjord\naspect: 16:9\nlanguage: no")
    assert brief.aspect.value == "16:9"
    assert brief.language in ("no", "nb")


@pytest.mark.parametrize(
    ("word", "music", "file"),
    [
        ("true", True, None),
        ("'True'", True, None),
        ("'false'", False, None),
        ("none", False, None),
        ("any", True, None),
        ("Calm", Mood.CALM, None),
        ("bed.mp3", "bed.mp3", "bed.mp3"),
    ],
)
def test_music_is_a_switch_a_mood_or_a_file_even_as_text_from_a_table(
    word: str, music: bool | str, file: str | None
) -> None:
    brief = read(f"topic: x\nmusic: {word}")
    assert (brief.music, type(brief.music), brief.music_file) == (music, type(music), file)
    assert Brief.model_validate_json(brief.model_dump_json()) == brief


def test_music_that_is_a_tree_is_refused() -> None:
    with pytest.raises(BadRequest, match="`music`: is a list or mapping; allowed: true, false, calm"):
        read("topic: x\nmusic: [calm]")


def test_a_script_decides_how_many_scenes() -> None:
    assert read("script:\n  scenes:\n    - narration: Hei\n    - narration: Hallo").scenes == 2


def test_too_many_scenes_are_one_mistake() -> None:
    with pytest.raises(BadRequest) as refused:
        read("script:\n  scenes:\n" + "    - narration: Hei\n" * (MAX_SCENES + 1))
    (told,) = str(refused.value).splitlines()
    assert told.endswith("`script.scenes`: has 401 parts; allowed: at most 400")


def test_an_article_decides_how_many_sections_and_its_text_stands_for_a_topic() -> None:
    brief = read("article:\n  sections:\n    - heading: Hei\n    - text: Bread at night\n    - {}")
    assert (brief.sections, brief.id) == (3, "bread-at-night")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("topic: [unclosed", "line 1: is not YAML"),
        (
            "topic: Tea: at dawn",
            "line 1: is not YAML: mapping values are not allowed in this context; quote text that has",
        ),
        ("topic: Tea\n\tscenes: 2", "; indent with spaces"),
        ("topic: @home", "; indent with spaces, and put text that begins with a sign in quotes"),
        ("topic: 'Tea\nscenes: 2", "; close what is in quotes"),
        ("- a list", "a brief is a mapping"),
        ("topic: x\ncolour: red", "line 2: `colour`: is not a field; allowed: id, topic"),
        ("topic: x\nscenes: 0", "line 2: `scenes`: is too small (found 0); allowed: a whole number from 1 to 400"),
        ("topic: x\nscenes: 500", "line 2: `scenes`: is too large (found 500); allowed: a whole number from 1 to 400"),
        ("topic: ''", "line 1: `topic`: is empty"),
        ("topic: '   '", "line 1: `topic`: is empty"),
        (f"topic: {'x' * 10_000}", "at most 300 characters"),
        ('topic: "bell\\x07"', "control character U+0007 at position 4"),
        (
            "id: ../../etc\ntopic: x",
            "`id`: has the wrong form; allowed: the letters a to z, digits,",
        ),
        ("topic: x\nlanguage: klingon", "line 2: `language`"),
        ("topic: x\nvoice: nobody", "voice"),
        ("topic: x\naspect: '4:3'", "`aspect`: is not known (found '4:3'); allowed: 16:9, 9:16, 1:1"),
        ("topic: x\ntopic: y", "line 2: `topic` appears twice"),
        ("a: &a x\ntopic: *a", "uses an alias"),
        ("language: en", "needs a `topic`"),
        (
            "topic: x\nscenes: 3\nscript: {scenes: [{narration: a}]}",
            "line 2: `scenes`: says 3, but `script.scenes` has 1",
        ),
        (
            "topic: x\nsections: 2\narticle: {sections: [{text: a}]}",
            "line 2: `sections`: says 2, but `article.sections`",
        ),
        (
            "topic: x\nscript: {scenes: [{narration: 👍}, {narration: …}]}",
            "line 2: `script`: contains nothing that can be spoken; allowed: words in at least one narration "
            "(found '👍')",
        ),
        (
            "language: th\ndialogue: {lines: [{speaker: 1, text: '---'}]}",
            "line 2: `dialogue`: contains nothing that can be spoken; allowed: words in at least one line "
            "(found '---')",
        ),
        ("article: {title: Bread, sections: [{heading: a}]}", "an `article` with text in its sections"),
        ("topic: x\nsections: 21", "line 2: `sections`: is too large (found 21); allowed: a whole number from 1 to 20"),
        ("[" * 5000 + "]" * 5000, "nested too deep"),
    ],
)
def test_a_wrong_brief_is_refused_with_file_line_found_and_allowed(text: str, says: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read(text)
    assert "my.yaml" in str(caught.value)
    assert says in str(caught.value)


def test_a_scene_without_words_may_stand_beside_one_that_has_some_or_gets_some() -> None:
    assert read("script: {scenes: [{narration: 👍}, {narration: Bees.}]}").scenes == 2
    assert read("topic: x\nscript: {scenes: [{narration: 👍}, {image_prompt: bees}]}").scenes == 2


def test_a_product_needs_a_name_alone_and_gives_the_id() -> None:
    brief = read("product: {name: Ceramic Mug}")
    assert (brief.id, brief.topic) == ("ceramic-mug", None)


@pytest.mark.parametrize("price", ["1299", "12.50", "0"])
def test_a_price_may_be_written_as_a_number_or_as_text(price: str) -> None:
    for written in (price, f"'{price}'"):
        found = read(f"product: {{name: Mug, price: {written}, currency: EUR}}").product
        assert found is not None
        assert found.price is not None
        assert float(found.price) == float(price)


@pytest.mark.parametrize("price", ["'1,250'", "-1", "'1e5'", "true", "€5", "'from 5'", ".nan", "'١٢'"])
def test_a_price_that_is_no_plain_number_is_refused(price: str) -> None:
    with pytest.raises(BadRequest, match="price"):
        read(f"product: {{name: Mug, price: {price}}}")


@pytest.mark.parametrize("currency", ["€", "eur", "EURO"])
def test_a_currency_is_a_code(currency: str) -> None:
    with pytest.raises(BadRequest, match="ISO 4217"):
        read(f"product: {{name: Mug, currency: {currency}}}")


STRANGE = ["{{ var.value.secret }}", "$(rm -rf /); `id` | sh", "../../etc/passwd", "<script>", "مرحبا", "🐝🍯"]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_text_is_data_in_every_field_and_its_slug_is_harmless(text: str) -> None:
    scene = {"narration": text, "image_prompt": text}
    words = {"narration": "Bees hum.", "image_prompt": None}
    script = {"title": text, "description": text, "hashtags": [text], "scenes": [scene, words]}
    brief = Brief.model_validate({"topic": text, "script": script})
    assert brief.topic == text
    assert brief.script is not None
    assert brief.script.model_dump(mode="json") == script
    assert set(brief.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("field", ["title", "description"])
def test_control_characters_are_refused_in_every_field(field: str) -> None:
    with pytest.raises(BadRequest, match="U\\+001B"):
        read(f'topic: x\nscript: {{{field}: "a\\x1b[31m"}}')


def test_text_is_brought_to_one_form_at_the_entrance() -> None:
    assert Brief(topic="e\u0301 ").topic == "é"


def test_slugs_of_text_without_ascii_differ() -> None:
    assert slug_of("蜜蜂") != slug_of("蜂蜜")


def test_unknown_fields_are_refused_from_a_form_too() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Brief.model_validate({"topic": "x", "unknown": 1})


@pytest.mark.parametrize("parts", ["5", "0.5", "true", "abc", "{a: 1}"])
@pytest.mark.parametrize(("whole", "field"), [("script", "scenes"), ("article", "sections")])
def test_parts_that_are_no_list_are_refused_where_they_stand(whole: str, field: str, parts: str) -> None:
    with pytest.raises(BadRequest, match=f"line 2: `{whole}.{field}`: is not a list.*; allowed: a list of 1 to"):
        read(f"topic: x\n{whole}: {{{field}: {parts}}}")


def test_a_slug_is_made_of_text_that_no_brief_may_have() -> None:
    assert slug_of("\ud800") != slug_of("\ud801")


COMPLETE = {
    "id": "bees",
    "topic": "Why honey bees matter",
    "language": "en",
    "scenes": 1,
    "aspect": "16:9",
    "voice": "auto",
    "music": "bed.mp3",
    "variation": 1,
    "variations": {"image/01": 2},
    "script": {"title": "Bees", "description": "Of bees.", "hashtags": ["bees"], "scenes": [{"narration": "Hum."}]},
    "sections": 1,
    "article": {"title": "Bees", "summary": "Of bees.", "sections": [{"heading": "One", "text": "Hum."}]},
    "questions": 3,
    "dialogue": {"speakers": ["Ann", "Bob"], "lines": [{"speaker": 1, "text": "Hum?", "chapter": "One"}]},
    "product": {"name": "Mug", "price": "12.50", "currency": "EUR", "brand": "Kiln"},
}


@given(damaged(COMPLETE))
@example({"topic": "\u0958" * 150})
@example({"topic": "x", "dialogue": {"speakers": ["a\rb", "c"]}})
@example(COMPLETE)
def test_a_brief_that_is_accepted_is_accepted_again_by_every_later_reader(fields: Any) -> None:
    try:
        brief = Brief.model_validate(fields)
    except ValidationError:
        return
    assert Brief.model_validate_json(brief.model_dump_json()) == brief
    canonical_bytes(canonical_tree(brief))
