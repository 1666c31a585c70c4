"""The built-in voices and the languages they speak, so that a wrong brief is refused before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from include.contract.digital_source import DigitalSource
from include.contract.names import allowed_names, nearest
from include.contract.spoken_languages import SPOKEN_BY_ESPEAK

AUTO_VOICE = "auto"


class VoiceEngine(StrEnum):
    """What makes the sound."""

    HIBARI = "hibari"
    """A neural voice, natural; English only."""
    ESPEAK = "espeak"
    """Formant synthesis, plainly a machine; every language of `SPOKEN_BY_ESPEAK`."""

    @property
    def digital_source(self) -> DigitalSource:
        """What makes its speech: a trained model, or rules."""
        return DigitalSource.TRAINED if self is VoiceEngine.HIBARI else DigitalSource.ALGORITHMIC


@dataclass(frozen=True)
class Voice:
    """A voice with one language."""

    name: str
    engine: VoiceEngine
    engine_voice: str
    """What the engine calls it."""
    language: str
    """Tag of the language or accent that is actually heard; may be broader than requested."""


HIBARI_VOICES = {"heart": "en-US"}
"""Voices whose model is inside hibari's wheel, and their accent."""

LOWERED_VOICES = {"heart-low": "heart"}
"""The same voices as a larger speaker would have them: the other one in a conversation."""

ESPEAK_VARIANTS = {"espeak-male": "", "espeak-female": "+f2"}
"""Name of a voice to what follows espeak's own voice identifier."""

_ACCENTS = HIBARI_VOICES | {name: HIBARI_VOICES[plain] for name, plain in LOWERED_VOICES.items()}

VOICES = (AUTO_VOICE, *_ACCENTS, *ESPEAK_VARIANTS)
"""Names of all voices, the `auto` choice first."""

_DEPRECATED = {"no": "nb", "cmn": "zh", "iw": "he", "in": "id", "mo": "ro", "zh-cmn": "zh", "zh-yue": "yue"}
"""Language subtags that the IANA registry replaces, and `no`, whose written form espeak has as `nb`."""

_LATIN_AMERICA = [
    "AR",
    "BO",
    "CL",
    "CO",
    "CR",
    "CU",
    "DO",
    "EC",
    "GT",
    "HN",
    "MX",
    "NI",
    "PA",
    "PE",
    "PR",
    "PY",
    "SV",
    "US",
    "UY",
    "VE",
]

_HEARD_AS = {
    "en": "en-US",
    "en-UK": "en-GB",
    "zh-HK": "yue",
    "zh-MO": "yue",
    "zh-Hant-HK": "yue",
    "zh-Hant-MO": "yue",
    **{f"es-{region}": "es-419" for region in _LATIN_AMERICA},
}
"""Tags that another tag of the table speaks better than the next shorter one would."""

_TAG = re.compile(
    r"(?P<language>zh-cmn|zh-yue|[a-z]{2,3})"
    r"(?P<script>-[a-z]{4})?"
    r"(?P<region>-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)
"""RFC 5646, section 2.1, less grandfathered tags and all extended languages but the two that occur."""


_CALLED = {
    "bahasa indonesia": "id", "cantonese": "yue", "castellano": "es", "čeština": "cs", "dansk": "da", "deutsch": "de",
    "ελληνικά": "el", "español": "es", "français": "fr", "italiano": "it", "magyar": "hu", "mandarin": "zh",
    "nederlands": "nl", "norsk": "nb", "polski": "pl", "português": "pt", "română": "ro", "русский": "ru",
    "suomi": "fi", "svenska": "sv", "tiếng việt": "vi", "türkçe": "tr", "українська": "uk", "עברית": "he",
    "العربية": "ar", "فارسی": "fa", "हिन्दी": "hi", "ไทย": "th", "한국어": "ko", "日本語": "ja", "中文": "zh",
    "粵語": "yue",
}  # fmt: skip
"""What languages are called besides their English names."""


def check_language(language: str) -> str:
    """`language` in its canonical case (`zh-Hans`), a replaced language subtag by its successor (`no` by `nb`).

    :raises ValueError: not a BCP 47 tag, or no built-in voice speaks it.
    """
    tag = _canonical(language)
    if tag is None:
        raise ValueError(
            f"{language!r} is not a BCP 47 tag, such as `en`, `pt-BR` or `zh-Hans`; "
            f"{allowed_names(language, _base_tags(), _meant(language))}"
        )
    if _heard(tag) is None:
        raise ValueError(
            f"no built-in voice speaks {language!r}; {allowed_names(language, _base_tags(), _meant(language))}"
        )
    return tag


def check_voice(voice: str, language: str | None) -> None:
    """Refuse an unknown voice, or one that does not speak `language` unless that is None.

    :raises ValueError: with the voices that are allowed.
    """
    allowed = VOICES if language is None else voices_for(language)
    if voice in allowed:
        return
    if voice in _ACCENTS:
        found = f"voice {voice!r} speaks {_ACCENTS[voice]}, not {language!r}"
    else:
        found = f"{voice!r} is not a built-in voice"
    raise ValueError(f"{found}; {allowed_names(voice, allowed)}")


def voices_for(language: str) -> tuple[str, ...]:
    """Names of all voices that speak `language`, the `auto` choice first.

    :raises ValueError: as `check_language`.
    """
    return AUTO_VOICE, *_natural_voices(check_language(language)), *ESPEAK_VARIANTS


def resolve_voice(voice: str, language: str) -> Voice:
    """The voice that `voice` means for `language`; `auto` is the most natural one.

    :raises ValueError: as `check_language` and `check_voice`.
    """
    tag = check_language(language)
    check_voice(voice, tag)
    name = voices_for(tag)[1] if voice == AUTO_VOICE else voice
    if name in _ACCENTS:
        return Voice(name, VoiceEngine.HIBARI, name, _ACCENTS[name])
    heard = _heard(tag) or tag
    return Voice(name, VoiceEngine.ESPEAK, SPOKEN_BY_ESPEAK[heard][0] + ESPEAK_VARIANTS[name], heard)


def second_voice(second: str, first: str, language: str) -> str:
    """Name of the second speaker's voice; `auto` is the most natural one that the first speaker does not have.

    :raises ValueError: as `resolve_voice`.
    """
    taken = resolve_voice(first, language).name
    return next(name for name in voices_for(language)[1:] if name != taken) if second == AUTO_VOICE else second


def _natural_voices(tag: str) -> tuple[str, ...]:
    """The natural voices: for English in Latin letters whatever its accent."""
    subtags = tag.split("-")
    return tuple(_ACCENTS) if subtags[0] == "en" and "Shaw" not in subtags else ()


def _canonical(language: str) -> str | None:
    """`language` in the case of RFC 5646, section 2.1.1; None when it is no tag."""
    match = _TAG.fullmatch(language)
    if match is None:
        return None
    base = match["language"].lower()
    script, region = (match["script"] or "").title(), (match["region"] or "").upper()
    return _DEPRECATED.get(base, base) + script + region + match["rest"].lower()


def _heard(tag: str) -> str | None:
    """The tag of the table that is spoken for `tag`: itself or the longest shorter one (RFC 4647, 3.4)."""
    for shorter in ever_shorter(tag):
        heard = _HEARD_AS.get(shorter, shorter)
        if heard in SPOKEN_BY_ESPEAK:
            return heard
    return None


def ever_shorter(tag: str) -> Iterator[str]:
    """`tag`, then the tags around it, each without the last subtag of the one before (RFC 4647, 3.4)."""
    subtags = tag.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()


def _base_tags() -> list[str]:
    return list(dict.fromkeys(tag.split("-")[0] for tag in SPOKEN_BY_ESPEAK))


def _meant(language: str) -> list[str]:
    """Tags that are near, or of a language of that English name."""
    hyphened = _canonical(re.sub(r"[\s_.]+", "-", language.strip())) or ""
    if hyphened != language and _heard(hyphened):
        return [hyphened]
    return _named_like(language) or nearest(hyphened or language, SPOKEN_BY_ESPEAK)


def _named_like(language: str) -> list[str]:
    """Tags of the languages whose English or own name is close to `language` (`german`, `Portugese`, `Deutsch`)."""
    tags = dict(_CALLED)
    for tag, (_, name) in SPOKEN_BY_ESPEAK.items():
        tags.setdefault(name.split(" (")[0].lower(), tag.split("-")[0])
    return [tags[name] for name in nearest(language, tags)]
