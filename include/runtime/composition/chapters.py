"""The titles of a film's chapters: each scene's first words."""

from __future__ import annotations

from collections.abc import Sequence

from include.runtime.composition.story import SpokenScene
from include.runtime.languages.sentences import sentence_ends

MAX_CHARACTERS = 60
_CUT = "…"


def chapter_titles(scenes: Sequence[SpokenScene], language: str) -> list[str]:
    """A title for each scene: its first sentence, or as much of it as fits; its number where nothing is said."""
    return [_title(scene, language) or str(number) for number, scene in enumerate(scenes, start=1)]


def _title(scene: SpokenScene, language: str) -> str:
    said = " ".join(" ".join(segment.text for segment in scene.segments).split())
    sentence = said[: next(iter(sorted(sentence_ends(said, language))), len(said))].strip()
    if len(sentence) <= MAX_CHARACTERS:
        return sentence
    cut = sentence[: MAX_CHARACTERS - len(_CUT)]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > MAX_CHARACTERS // 2 else cut).rstrip(" ,;:–-") + _CUT
