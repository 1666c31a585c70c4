"""Tokens are drawn by each row's own dice."""

from __future__ import annotations

import random
from collections import Counter

import torch

from include.runtime.writing.engines.drawing import Dice, drawn

LOGITS = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))


def draws(temperature: float, top_p: float, count: int = 4000) -> Counter[int]:
    dice = [Dice(random.Random(seed), temperature, top_p) for seed in range(count)]
    return Counter(drawn(LOGITS.repeat(count, 1), dice))


def test_without_temperature_the_likeliest_is_taken() -> None:
    assert draws(0.0, 0.9) == {0: 4000}


def test_tokens_are_as_frequent_as_they_are_likely() -> None:
    found = draws(1.0, 1.0)
    for token, share in enumerate([0.5, 0.3, 0.15, 0.05]):
        assert abs(found[token] / 4000 - share) < 0.03


def test_temperature_sharpens_and_the_unlikely_tail_is_never_drawn() -> None:
    assert draws(0.5, 1.0)[0] > draws(1.0, 1.0)[0] > draws(2.0, 1.0)[0]
    assert set(draws(1.0, 0.8)) == {0, 1}
    assert set(draws(1.0, 0.81)) == {0, 1, 2}


def test_what_is_not_allowed_is_not_drawn() -> None:
    logits = LOGITS.clone()
    logits[[0, 2, 3]] = -torch.inf
    assert drawn(logits[None], [Dice(random.Random(1), 1.0, 0.9)]) == [1]


def test_a_row_draws_the_same_in_whatever_company() -> None:
    alone = [drawn(LOGITS[None], [Dice(random.Random(seed), 1.0, 1.0)])[0] for seed in range(50)]
    dice = [Dice(random.Random(seed), 1.0 if seed % 3 else 0.0, 1.0) for seed in range(50)]
    together = drawn(LOGITS.repeat(50, 1), dice)
    assert [token for seed, token in enumerate(together) if seed % 3] == [
        token for seed, token in enumerate(alone) if seed % 3
    ]
