"""The shot: what distinguishes a scene's picture from that of another scene with the same image prompt.

A picture knows neither its number nor its neighbours (I2, I8), and a scene that is put in may move no other's. So a
shot is drawn from the scene alone, whether or not another one asks for the same: from its prompt and from one phrase
of its own words. One phrase and not all of them, so that most edits of a text leave its picture as it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from include.contract.canonical import canonical_bytes, canonical_tree, digest
from include.contract.values import Closed

SHOT = "shot"
"""Name of the numbered output."""
_LETTERS = re.compile(r"\w+")
_PHRASE_CHARACTERS = 10
"""Letters and digits; in a script without blanks as in any other."""


class Shot(Closed):
    """Enters a picture's fingerprint, and so its seed: another number, another picture of the same prompt."""

    take: Annotated[int, Field(ge=0, lt=2**63)]


def shots_of(scenes: Sequence[tuple[str, str]]) -> list[Shot]:
    """The shot of each scene, from its image prompt and its own text.

    No two scenes have the same prompt and the same shot. Scenes with one prompt and one phrase, which happens where
    they share most of their words, are ranked by their whole texts: only there can a scene that is put in move another.
    """
    found = [(prompt, _phrase_of(text), digest([SHOT, text])) for prompt, text in scenes]
    kin: dict[tuple[str, str], list[str]] = defaultdict(list)
    for prompt, phrase, whole in found:
        kin[prompt, phrase].append(whole)
    before: Counter[tuple[str, str]] = Counter()
    shots = []
    for prompt, phrase, whole in found:
        rank = sorted(kin[prompt, phrase]).index(whole) + before[prompt, whole]
        shots.append(Shot(take=int(digest([SHOT, prompt, phrase, rank])[:16], 16) % 2**63))
        before[prompt, whole] += 1
    return shots


def shot_outputs(scenes: Sequence[tuple[str, str]]) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each shot, numbered as the scenes are."""
    return [
        (f"{SHOT}/{number:02d}", canonical_bytes(canonical_tree(shot)), "application/json")
        for number, shot in enumerate(shots_of(scenes), start=1)
    ]


def _phrase_of(text: str) -> str:
    """The run of letters that stands for `text`: of all its runs of one length the one with the smallest digest.

    Two texts have the same one about as often as they have such runs in common (Broder, 1997: min-wise hashing).
    """
    letters = "".join(_LETTERS.findall(text.casefold()))
    runs = {letters[at : at + _PHRASE_CHARACTERS] for at in range(max(1, len(letters) - _PHRASE_CHARACTERS + 1))}
    return min(runs, key=lambda run: digest([SHOT, run]))
