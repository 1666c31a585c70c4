"""What a run's conf asks for: the fields of a brief, which the trigger form sends in parts of its own.

`product.name` is part of the field `product`, as in the columns of a table; music is a choice and a file name.
Runs that are triggered without the form may also send the brief's own fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.names import allowed_names
from include.contract.values import Mood
from operators.briefs.markup import SUBJECTS

MUSIC_MOOD, MUSIC_FILE = "music_mood", "music_file"
NO_MUSIC, ANY_MOOD, OWN_FILE = "none", "any", "file"
_MUSIC = {NO_MUSIC: False, ANY_MOOD: True, **{mood.value: mood.value for mood in Mood}}


def brief_field(name: str) -> str:
    """The field of a brief that the form's field `name` sets, or a part of; any other name is its own."""
    whole, _, part = name.partition(".")
    if name in (MUSIC_MOOD, MUSIC_FILE):
        return "music"
    return whole if part and whole in Brief.model_fields else name


def asked(conf: Mapping[str, Any], content_type: ContentType) -> tuple[dict[str, Any], list[str]]:
    """The brief's fields that `conf` sets, still unchecked, and a line for each mistake in how it sets them."""
    set_here = {name: value for name, value in conf.items() if value is not None}
    fields = {name: value for name, value in set_here.items() if brief_field(name) == name}
    mistakes = []
    parts = {name: value for name, value in set_here.items() if brief_field(name) == name.partition(".")[0] != name}
    for whole in dict.fromkeys(brief_field(name) for name, value in parts.items() if value != ""):
        if whole in fields:
            mistakes.append(f"{whole}: is given twice, whole and in parts; keep one of them")
        else:
            own = {name.partition(".")[2]: value for name, value in parts.items() if brief_field(name) == whole}
            fields[whole] = {part: value for part, value in own.items() if value != ""}
    if MUSIC_MOOD in set_here or MUSIC_FILE in set_here:
        mistakes += _music(fields, set_here, content_type)
    return fields, mistakes


def has_subject(conf: Mapping[str, Any], content_type: ContentType) -> bool:
    """Whether `conf` describes a brief by itself."""
    fields, _ = asked(conf, content_type)
    return any(name in fields for name in SUBJECTS)


def music_shown(content_type: ContentType) -> tuple[str, str | None]:
    """What the form shows as the content type's choice of music and its file."""
    music = content_type.brief.get("music", False)
    if isinstance(music, bool):
        return ANY_MOOD if music else NO_MUSIC, None
    return (music, None) if music in _MUSIC else (OWN_FILE, music)


def _music(fields: dict[str, Any], conf: Mapping[str, Any], content_type: ContentType) -> list[str]:
    """Set `music` to what the form asks for; what it shows unasked gives way to what somebody wrote."""
    shown_mood, shown_file = music_shown(content_type)
    mood, file = conf.get(MUSIC_MOOD, shown_mood), conf.get(MUSIC_FILE)
    chosen = mood if mood != shown_mood else None
    named = file if file not in (shown_file, "") else None
    if "music" in fields:
        return ["music: is given twice, by itself and in the form; keep one of them"] if chosen or named else []
    if named is not None and chosen not in (None, OWN_FILE):
        return [f"{MUSIC_MOOD}: says {mood!r}, but {MUSIC_FILE} names a file; empty one of them"]
    if named is not None or (mood == OWN_FILE and file):
        fields["music"] = file
    elif mood == OWN_FILE:
        return [f"{MUSIC_FILE}: is empty; name a file, or choose other music: {', '.join(_MUSIC)}"]
    elif isinstance(mood, str) and mood in _MUSIC:
        fields["music"] = _MUSIC[mood]
    else:
        return [f"{MUSIC_MOOD}: is not known (found {mood!r:.80}); {allowed_names(mood, (*_MUSIC, OWN_FILE))}"]
    return []
