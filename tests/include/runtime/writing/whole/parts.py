"""What stands in for a model in these tests: an engine that answers as it is told, the outermost part and no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeVar

from include.contract.errors import RejectedContent
from include.contract.model_cards import OpenaiSettings
from include.runtime.writing.text_engine import Answer, Prompt
from include.runtime.writing.whole.author import Author

T = TypeVar("T")
Reply = str | Mapping[str, Any] | Exception | Callable[[Prompt], Any]


class ScriptedEngine:
    """Gives one reply after the other, and keeps what it was asked. `cut` answers end at their limit."""

    def __init__(self, *replies: Reply, cut: frozenset[int] = frozenset()) -> None:
        self.replies, self.cut = list(replies), cut
        self.prompts: list[Prompt] = []
        self._lock = Lock()

    def generate(self, prompts: Sequence[Prompt], tell: Callable[[int], None] = lambda tokens: None) -> list[Answer]:
        """As a `TextEngine`."""
        return [self._answer(prompt, tell) for prompt in prompts]

    def close(self) -> None:
        """As a `TextEngine`."""

    def _answer(self, prompt: Prompt, tell: Callable[[int], None]) -> Answer:
        with self._lock:
            number = len(self.prompts)
            self.prompts.append(prompt)
            reply = self.replies[min(number, len(self.replies) - 1)]
        reply = reply(prompt) if callable(reply) else reply
        if isinstance(reply, Exception):
            raise reply
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        tell(len(text) // 8)
        return Answer(text, sum(len(each.content) for each in prompt.messages) // 4, len(text) // 4, number in self.cut)


def author(
    engine: ScriptedEngine,
    told: list[float] | None = None,
    say: Callable[[str], None] = lambda words: None,
    item: str = "",
    **settings: Any,
) -> Author:
    """Who asks `engine`."""
    tell = [].append if told is None else told.append
    known = OpenaiSettings(address="http://127.0.0.1:1/v1", server_model="scripted", **settings)
    return Author(lambda: engine, known, lambda attempt: 1000 + attempt, tell, say, item)


def unless_refused(write: Callable[[], T]) -> T | None:
    """What is written; None where it is refused, as a permanent mistake of the model's."""
    try:
        return write()
    except RejectedContent:
        return None


def said_by(prompt: Prompt, number: int = 1) -> str:
    """The content of a prompt's message, from 0."""
    return prompt.messages[number].content


NARRATIONS = (
    "Honey bees leave the hive at dawn and look for open flowers. In 1 day one bee may visit 1,000 of them, and it "
    "carries the pollen home in small baskets on its legs.",
    'Most of our apples and almonds begin with such a visit. Farmers say it like this: "No bees, no breakfast." That '
    "is why many of them put hives between their trees.",
)
PROMPTS = (
    "A honey bee on a yellow sunflower in a wide meadow at sunrise",
    "Rows of blooming apple trees with wooden bee hives between them",
)
SCRIPT: dict[str, Any] = {
    "title": "Why Honey Bees Matter",
    "description": "A short film about the work of honey bees. It shows how they find flowers and what we owe them.",
    "hashtags": ["#HoneyBees", "pollination", "# apple trees"],
    "scenes": [
        {"narration": narration, "image_prompt": prompt} for narration, prompt in zip(NARRATIONS, PROMPTS, strict=True)
    ],
}
GERMAN = (
    "Honigbienen verlassen am Morgen den Stock und suchen offene Blüten. An einem Tag besucht eine Biene bis zu 1000 "
    "davon und trägt den Pollen an ihren Beinen nach Hause.",
    "Die meisten unserer Äpfel und Mandeln beginnen mit so einem Besuch. Deshalb stellen viele Bauern ihre Kästen "
    "zwischen die Bäume und warten auf den Frühling.",
)
GERMAN_SCRIPT: dict[str, Any] = {
    "title": "Warum Bienen wichtig sind",
    "description": "Ein kurzer Film über die Arbeit der Bienen und darüber, was wir ihnen verdanken.",
    "hashtags": ["#Bienen", "#Natur", "#Äpfel"],
    "scenes": [
        {"narration": narration, "image_prompt": prompt} for narration, prompt in zip(GERMAN, PROMPTS, strict=True)
    ],
}


def with_scene(script: Mapping[str, Any], number: int, **parts: str) -> dict[str, Any]:
    """`script` with parts of one scene, from 0, replaced."""
    scenes = [dict(scene) for scene in script["scenes"]]
    scenes[number] |= parts
    return {**script, "scenes": scenes}


PARAGRAPHS = (
    "Honey bees leave the hive at dawn and look for open flowers. One bee visits several hundred of them before noon, "
    "and each visit takes only a few seconds. On the way from plant to plant the fine hairs on its body pick up "
    "pollen, some of which stays behind at the next flower. That small exchange is what turns a blossom into a fruit.",
    "Farmers noticed this long ago and moved their hives between the trees. An orchard with bees bears more apples "
    "than one without, and the apples are rounder too. Gardeners can help in a simpler way: they let a corner of the "
    "lawn grow high, so that something is in bloom from early spring until the first frost comes back.",
)
ARTICLE: dict[str, Any] = {
    "title": "Why Honey Bees Matter",
    "summary": "Honey bees turn blossoms into fruit. Here is how they do it, and how a garden can help them.",
    "sections": [
        {
            "heading": "A morning among flowers",
            "paragraphs": [PARAGRAPHS[0]],
            "image_prompt": PROMPTS[0],
            "image_alt": "A bee on a sunflower",
        },
        {
            "heading": "What orchards owe them",
            "paragraphs": [PARAGRAPHS[1]],
            "image_prompt": PROMPTS[1],
            "image_alt": "Hives under blooming trees",
        },
    ],
}


def _line(speaker: int, text: str, chapter: str = "") -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "chapter": chapter}


DIALOGUE: dict[str, Any] = {
    "title": "Talking about Bees",
    "description": "A short conversation about what honey bees do all day, and about why an orchard needs them.",
    "speakers": ["Ann", "Ben"],
    "image_prompt": PROMPTS[0],
    "lines": [
        _line(1, "Hello and welcome, Ben! Today we talk about honey bees."),
        _line(2, "Thank you, Ann. I am a beekeeper, so that suits me well."),
        _line(1, "What do bees do all day?", "A bee's day"),
        _line(2, "They fly out at dawn and look for nectar. In the evening they fan the hive with their wings."),
        _line(1, "And why do farmers like to have them around?", "Bees and orchards"),
        _line(2, "Because apples grow only where a blossom was visited. Without hives, many trees would stay bare."),
        _line(1, "Thank you very much, and goodbye to all who listened!"),
    ],
}


def with_line(number: int, **parts: Any) -> dict[str, Any]:
    """`DIALOGUE` with parts of one line, from 0, replaced."""
    lines = [dict(line) for line in DIALOGUE["lines"]]
    lines[number] |= parts
    return {**DIALOGUE, "lines": lines}
