"""The shot: what tells a scene's picture from that of an earlier scene with the same image prompt.

A picture knows neither its number nor its neighbours (I2, I8), so only the fan-out sees that two scenes ask for the
same picture. The first one has no shot: its picture is what its prompt and its look make. Each later one has a shot
of its own, drawn from its own words, so that no scene that is put in after the first moves another's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from include.contract.canonical import canonical_bytes, canonical_tree, digest
from include.contract.values import Closed

SHOT = "shot"
"""Name of the numbered output."""


class Shot(Closed):
    """Enters a picture's fingerprint, and so its seed: another number, another picture of the same prompt."""

    take: Annotated[int, Field(ge=0, lt=2**63)]


def shots_of(scenes: Sequence[tuple[str, str]]) -> list[Shot | None]:
    """The shot of each scene, given its image prompt and its own text; None for the first with its prompt."""
    prompts: set[str] = set()
    same: Counter[tuple[str, str]] = Counter()
    shots: list[Shot | None] = []
    for prompt, text in scenes:
        take = int(digest([SHOT, prompt, text, same[prompt, text]])[:16], 16) % 2**63
        shots.append(Shot(take=take) if prompt in prompts else None)
        prompts.add(prompt)
        same[prompt, text] += 1
    return shots


def shot_outputs(scenes: Sequence[tuple[str, str]]) -> list[tuple[str, bytes, str]]:
    """Name, bytes and media type of each shot that there is, numbered as the scenes are."""
    return [
        (f"{SHOT}/{number:02d}", canonical_bytes(canonical_tree(shot)), "application/json")
        for number, shot in enumerate(shots_of(scenes), start=1)
        if shot is not None
    ]
