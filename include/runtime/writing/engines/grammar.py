"""Answers that are held to a JSON Schema while they are written, by llguidance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer
from pydantic import JsonValue

from include.contract.errors import BadRequest, UnknownModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

_SPACING = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""As in most JSON that models have read; if any white space were allowed, small ones would write it for ever."""


class Grammars:
    """The texts of a tokenizer's tokens, for any number of answers."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, vocabulary: int, ends: Iterable[int]) -> None:
        """:param vocabulary: how many tokens the model gives a likelihood, padding included."""
        try:
            spelt = max(vocabulary, len(tokenizer))  # some tokenizers add tokens that the model has never learnt
            self._tokenizer: LLTokenizer = from_tokenizer(tokenizer, spelt, sorted(ends) or None)
        except ValueError as error:
            raise UnknownModel(
                f"the model's tokenizer cannot be held to JSON: {error}; use a model with a fast tokenizer"
            ) from error
        self._vocabulary = vocabulary

    def held_to(self, schema: Mapping[str, JsonValue]) -> HeldAnswer:
        """A new answer, still empty.

        :raises BadRequest: the schema has something that answers cannot be held to.
        """
        text = json.dumps({**schema, "x-guidance": _SPACING})
        matcher = LLMatcher(self._tokenizer, LLMatcher.grammar_from_json_schema(text), log_level=0)
        if matcher.is_error():
            raise BadRequest(f"no answer can be held to the JSON Schema: {matcher.get_error()}")
        return HeldAnswer(matcher, self._vocabulary)


class HeldAnswer:
    """One answer while it is written."""

    def __init__(self, matcher: LLMatcher, vocabulary: int) -> None:
        self._matcher, self._vocabulary = matcher, vocabulary

    @property
    def is_whole(self) -> bool:
        """Whether it is a complete document, after which nothing may follow."""
        return bool(self._matcher.is_stopped())

    def allowed(self) -> NDArray[np.bool_]:
        """Which tokens may follow."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        return np.unpackbits(bits, count=self._vocabulary, bitorder="little").astype(bool)

    def write(self, token: int) -> list[int]:
        """Write `token`; returns it, and the tokens after it that the schema leaves no choice about."""
        written = [token]
        self._matcher.consume_token(token)
        if not self._matcher.is_stopped() and (forced := self._matcher.compute_ff_tokens()):
            self._matcher.consume_tokens(forced)
            written += forced
        if self._matcher.is_error():
            raise RuntimeError(f"the answer left its JSON Schema: {self._matcher.get_error()}")
        return written
