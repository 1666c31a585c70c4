"""What a language model read and wrote, and what a served one's owner takes for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from include.contract.values import Closed

_PER = 1_000_000
MtokPrice = Annotated[float, Field(ge=0, le=1e9)]


@dataclass(frozen=True)
class TokenCount:
    """Tokens of one item or of several."""

    read: int = 0
    """Of all prompts."""
    written: int = 0
    """Of all answers, those that were refused included."""

    def __add__(self, other: TokenCount) -> TokenCount:
        """Both together."""
        return TokenCount(self.read + other.read, self.written + other.written)


class ModelPrice(Closed):
    """Price of a model on a server, in the deployment's `currency`; for people, never hashed."""

    price_per_mtok_in: MtokPrice
    """Of a million tokens that it reads."""
    price_per_mtok_out: MtokPrice
    """Of a million that it writes."""

    def of(self, tokens: TokenCount) -> float:
        """What `tokens` cost."""
        return (self.price_per_mtok_in * tokens.read + self.price_per_mtok_out * tokens.written) / _PER
