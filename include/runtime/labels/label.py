"""The label of one piece: the words that fit its language and what made it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling, PieceLabel
from include.contract.voices import ever_shorter
from include.runtime.labels.words import SENTENCES, Words

FALLBACK = "en"
_TRADITIONAL = {"zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant"}


@dataclass(frozen=True)
class Label:
    """What a piece says of how it was made."""

    source: DigitalSource
    language: str
    """BCP 47 tag of the words."""
    sentence: str
    badge: str
    """The same in as few words as fit into a corner."""
    is_shown: bool
    """Whether people see or hear it."""
    warnings: tuple[str, ...] = ()

    @property
    def shown_sentence(self) -> str:
        """What people read or hear; empty where they do not."""
        return self.sentence if self.is_shown else ""

    @property
    def comment(self) -> str:
        """The label as a tag of sound and film: the sentence for people, the address for machines."""
        return f"{self.shown_sentence} Digital source type: {self.source.uri}".strip()

    def written(self, path: Path) -> Path:
        """The output `label`, at `path`."""
        told = PieceLabel(digital_source=self.source.value, sentence=self.shown_sentence, language=self.language)
        path.write_text(told.model_dump_json(), "utf-8")
        return path


def label_of(source: DigitalSource, language: str, labelling: Labelling) -> Label:
    """The label of a piece in `language`, in English where there are no words of that language."""
    tags = (_TRADITIONAL.get(tag, tag) for tag in ever_shorter(language))
    found = next((tag for tag in tags if tag in SENTENCES), FALLBACK)
    words: Words = SENTENCES[found]
    is_trained = source is DigitalSource.TRAINED
    is_shown = labelling is Labelling.SHOWN
    lacks = is_shown and found == FALLBACK != language.split("-")[0]
    return Label(
        source=source,
        language=found,
        sentence=words.trained if is_trained else words.algorithmic,
        badge=words.trained_badge if is_trained else words.algorithmic_badge,
        is_shown=is_shown,
        warnings=(f"the label is in English: there are no words for it in {language!r} yet",) if lacks else (),
    )
