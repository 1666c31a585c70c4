"""What a text recipe can write by itself, and what a brief has to bring: known before anything is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from include.contract.brief import Brief
from include.contract.speakable import has_words
from include.contract.values import Closed


@dataclass(frozen=True)
class Unaided:
    """What is written if the brief does not bring it."""

    counted: str
    """The brief's field for the number of parts, such as `scenes`."""
    holder: str
    """The brief's field that may bring them, such as `script`."""
    parts: str
    """The parts inside it."""
    text: str
    """The field of a part for what is said."""
    most: int
    """The most parts that can be written about one topic, each another side of it."""
    prompt: str = ""
    """The field of a part for what is seen; empty if there is one picture for all, taken from what is said."""
    languages: tuple[str, ...] = ("en",)
    """The languages that can be written, without script and region."""

    def mistakes(self, brief: Brief) -> list[str]:
        """What `brief` leaves to be written but cannot be: a line each, with what to do."""
        brought = self._brought(brief)
        is_written = self._is_written(brief.language)
        if not brought:
            about = brief.topic or getattr(getattr(brief, self.holder), "title", None)
            return self.of_topic(about, brief.language, getattr(brief, self.counted))
        is_about = bool(brief.topic or getattr(brief, self.holder).title)
        wrong = (
            f"there is neither a `topic` nor a `{self.holder}.title` to write it from; write it, or give one of them"
            if is_written
            else f"only texts in {', '.join(self.languages)} are written (found the language {brief.language!r}); "
            "write it"
        )
        return [
            f"{self.holder}.{self.parts}.{place}.{self.text}: is missing, and {wrong}"
            for place, part in enumerate(brought)
            if getattr(part, self.text) is None and not (is_written and (is_about or _says_anything(part)))
        ]

    def of_topic(self, topic: object, language: object, wanted: object) -> list[str]:
        """What cannot be written from a topic alone; wrong values of fields are reported elsewhere."""
        bring = f"bring the text under `{self.holder}`, with its `{self.parts}`"
        found = []
        if isinstance(topic, str) and topic.strip() and not has_words(topic):
            found.append(f"topic: has no word to write about (found {topic!r:.80}); say it in words, or {bring}")
        if isinstance(language, str) and not self._is_written(language):
            written = ", ".join(self.languages)
            found.append(f"language: the built-in writer writes {written} only (found {language!r:.80}); {bring}")
        if isinstance(wanted, int) and wanted > self.most:
            found.append(
                f"{self.counted}: at most {self.most} can be written from a topic (found {wanted}); or {bring}"
            )
        return found

    def is_asked(self, params: Mapping[str, Any]) -> bool:
        """Whether a model is asked for any words of an item with these parameters of the recipe, given as JSON."""
        holder, language = params.get(self.holder), params.get("language")
        parts = holder.get(self.parts) if isinstance(holder, Mapping) else None
        is_seen = self.prompt and isinstance(language, str) and self._is_written(language)
        needed = [self.text, self.prompt] if is_seen else [self.text]
        if not parts or not isinstance(parts, list):
            return True
        return any(not isinstance(part, Mapping) or None in map(part.get, needed) for part in parts)

    def lacks_nothing(self, params: Mapping[str, Any]) -> bool:
        """Whether an item with these parameters, given as JSON, brings all that a model could write."""
        holder = params.get(self.holder)
        return isinstance(holder, Mapping) and holder.get(self.parts) is not None and not _has_gap(holder)

    def _is_written(self, language: str) -> bool:
        return language.partition("-")[0].lower() in self.languages

    def _brought(self, brief: Brief) -> Sequence[Closed]:
        holder: Any = getattr(brief, self.holder)
        return (holder and getattr(holder, self.parts)) or ()


def _has_gap(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_gap, value.values()))
    return any(map(_has_gap, value)) if isinstance(value, list) else value is None


def _says_anything(part: Closed) -> bool:
    return any(getattr(part, name) is not None for name in type(part).model_fields)
