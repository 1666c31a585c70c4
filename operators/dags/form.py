"""The trigger form: a brief as fields, with the content type's defaults and in its words.

The form has no limits that Airflow would enforce silently: it cuts numbers to `minimum` and `maximum`, and text to
`maxLength`. The first task refuses values beyond the limits, with a message.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from airflow.sdk import Param

from include.contract.allowed import Schema, schema_of
from include.contract.brief import Brief, Product
from include.contract.content_types import ContentType
from include.contract.prices import DECIMALS
from include.contract.source import About
from include.contract.values import Aspect, Mood
from include.contract.voices import VOICES
from operators.briefs.asked import ANY_MOOD, MUSIC_FILE, MUSIC_MOOD, NO_MUSIC, OWN_FILE, brief_field, music_shown
from operators.briefs.dates import DAY
from operators.dags.form_words import ContentWords, help_of, piece_of, titles_of

SOUND, TAKES = "Voice and music", "Name and takes"
_MAIN = (
    DAY,
    "topic",
    "product.name",
    "product.description",
    "product.price",
    "product.currency",
    "product.brand",
    "product.category",
    "product.image",
    "language",
    "scenes",
    "sections",
    "questions",
    "aspect",
    "logo.file",
    "intro",
    "outro",
)
"""Fields in the section that Airflow opens, the most important first."""
_SOUND = ("voice", "second_voice", MUSIC_MOOD, MUSIC_FILE, "music_level_db")
_READY = ("script", "article", "dialogue")
_TAKES = ("id", "variation", "variations")
_SUBJECTS = ("topic", "product.name")
_TAKEN = ("type", "enum", "pattern")
"""Keys taken from a field's schema in the brief."""
_TEXT: Schema = {"type": ["string", "null"]}
_SAID: Schema = {"type": "string", "pattern": r"^$|\S", "allowed": "more than blanks"}
"""Required in Airflow's form, because it may not be null; a run triggered without the form may omit it."""
_OPEN: dict[str, Schema] = {
    "topic": _TEXT,
    DAY: _TEXT | {"format": "date"},
    **{f"product.{part}": _TEXT for part in Product.model_fields},
    "product.description": _TEXT | {"format": "multiline"},
    "logo.file": _TEXT,
    "product.currency": _TEXT | {"enum": [None, *sorted(DECIMALS)], "values_display": {"null": "none"}},
}
"""Fields that may be left empty."""
_VOICE: Schema = {
    "enum": [*VOICES],
    "values_display": {
        "auto": "The best for the language",
        "heart": "heart: natural, American English",
        "heart-low": "heart-low: the same, deeper",
        "espeak-male": "espeak-male: synthetic, any language",
        "espeak-female": "espeak-female: synthetic, any language",
    },
}
_MORE: dict[str, Schema] = {
    "aspect": {"values_display": {aspect.value: f"{aspect.value}, {aspect.name.lower()}" for aspect in Aspect}},
    "voice": _VOICE,
    "second_voice": _VOICE,
    "language": {
        "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        "allowed": "a tag such as en, de or pt-BR, not the name of a language",
        "examples": ["en", "ar", "de", "es", "fr", "hi", "it", "ja", "pt-BR", "uk", "zh-Hans"],
    },
}
"""Additions to the brief's own schema. Airflow shows all of it to users whose input does not match."""
_MUSIC = {
    NO_MUSIC: "None",
    ANY_MOOD: "Any mood",
    **{mood.value: mood.value.capitalize() for mood in Mood},
    OWN_FILE: "The file below",
}


def form_of(content_type: ContentType) -> dict[str, Param]:
    """A parameter for each field of the brief that the stages read, and for each part of its product and its music."""
    piece = piece_of(content_type)
    titles, told = titles_of(piece), help_of(content_type, piece)
    form = {}
    for section, names in _sections(content_type, piece).items():
        for name in names:
            default, schema = _field(name, content_type)
            more = {"title": titles[name]} | ({"section": section} if section else {})
            form[name] = Param(default, told[name], schema={**schema, **more})
    return form


def _sections(content_type: ContentType, piece: ContentWords) -> dict[str, list[str]]:
    """Title of each section to its fields; Airflow opens the one without a title."""
    ready = f"{piece.ready.capitalize()} of your own"
    sections = {"": _MAIN, SOUND: _SOUND, ready: _READY, TAKES: _TAKES}
    read = {*content_type.brief_fields, *([DAY] if content_type.about is About.DAY else [])}
    return {title: [name for name in names if brief_field(name) in read] for title, names in sections.items()}


def _field(name: str, content_type: ContentType) -> tuple[Any, Schema]:
    """Default and JSON schema of a field."""
    if name in _SUBJECTS and content_type.source is None:
        return "", _SAID
    if name in _OPEN:
        return None, _OPEN[name]
    mood, file = music_shown(content_type)
    if name == MUSIC_MOOD:
        return mood, {"type": "string", "enum": [*_MUSIC], "values_display": _MUSIC}
    if name == MUSIC_FILE:
        return file, _TEXT
    default, schema = _of_the_brief(name)
    return content_type.brief.get(name, default), schema | _MORE.get(name, {})


@cache
def _of_the_brief(name: str) -> tuple[Any, Schema]:
    """Default and schema of a field as the brief has it, as far as Airflow's form can show it."""
    described = schema_of(Brief)["properties"][name]
    (own,) = [option for option in described.get("anyOf", [described]) if option["type"] != "null"]
    schema = {key: value for key, value in {**described, **own}.items() if key in _TAKEN}
    default = described.get("default")
    if default in (None, "", {}):
        return None, {**schema, "type": [schema["type"], "null"]}
    return default, schema
