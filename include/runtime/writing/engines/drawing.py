"""The next token of each row, drawn at random from what the model thinks likely."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

CANDIDATES = 1000
"""How many of the likeliest tokens can be drawn at all; the rest is noise."""


@dataclass(frozen=True)
class Dice:
    """A row's random numbers, and how its tokens are drawn."""

    chance: random.Random
    temperature: float
    top_p: float


def drawn(logits: torch.Tensor, dice: Sequence[Dice]) -> list[int]:
    """A token for each row of `logits` [rows, vocabulary]; one at -inf is never drawn."""
    tokens = logits.argmax(-1).tolist()
    warm = [row for row, each in enumerate(dice) if each.temperature > 0]
    if warm:
        picked = logits if len(warm) == len(dice) else logits[warm]
        for row, token in zip(warm, _nucleus(picked, [dice[row] for row in warm]), strict=True):
            tokens[row] = token
    return tokens


def _nucleus(logits: torch.Tensor, dice: Sequence[Dice]) -> list[int]:
    """By nucleus sampling: Holtzman et al. 2020, The Curious Case of Neural Text Degeneration."""
    column = {"dtype": torch.float32, "device": logits.device}
    temperature = torch.tensor([each.temperature for each in dice], **column)  # type: ignore[arg-type]
    top_p = torch.tensor([each.top_p for each in dice], **column)  # type: ignore[arg-type]
    chance = torch.tensor([each.chance.random() for each in dice], **column)  # type: ignore[arg-type]
    best, tokens = torch.topk(logits, min(CANDIDATES, logits.shape[-1]))
    # Over all tokens, not just the candidates: `top_p` is a share of everything.
    share = (best / temperature[:, None] - torch.logsumexp(logits / temperature[:, None], -1, keepdim=True)).exp()
    before = share.cumsum(-1) - share
    share = torch.where(before < top_p[:, None], share, 0.0)
    totals = share.cumsum(-1)
    target = chance * totals[:, -1]
    place = (totals <= target[:, None]).sum(-1).clamp(max=share.shape[-1] - 1)
    # Rounding may put the target on the total itself, behind the last token that counts.
    place = torch.minimum(place, (share > 0).sum(-1) - 1)
    return [int(token) for token in tokens.gather(-1, place[:, None])[:, 0].tolist()]
