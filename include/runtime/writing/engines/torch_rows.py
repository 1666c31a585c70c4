"""A causal language model in torch that writes many answers at once: rows leave when done, others take their place.

Rows fill slots from 0 on without a gap. What a slot held stays in it until it is overwritten, so a row can start from
what it has in common with another one, open or done: a prefix that prompts share is computed once.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch

from include.contract.architectures import LAYERS
from include.contract.errors import UnknownModel
from include.runtime.writing.engines.cells import ATTENTION, Cells, Pass, Span
from include.runtime.writing.engines.drawing import Dice, drawn
from include.runtime.writing.engines.rounds import Writing
from include.runtime.writing.text_engine import Answer, Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformers import PreTrainedModel

    from include.runtime.writing.engines.chat import Chat
    from include.runtime.writing.engines.grammar import Grammars, HeldAnswer

MOST_ROWS = 64
"""Rows in one pass: beyond that, a processor gains nothing more from computing them together."""
MOST_TOKENS = 1024
"""Tokens in one pass; a long prompt takes several, beside the other rows' tokens."""
LEAST_SHARED = 16
"""If prompts have so many tokens in common, one waits until the other has computed them."""
_CPU_CELLS_BYTES = 2 << 30
_SHARE_OF_GPU = 0.8
"""Share of the accelerator's free memory for keys and values."""


class TorchRow(Writing):
    """One answer while it is written."""

    def __init__(self, prompt: Prompt, tokens: list[int], held: HeldAnswer | None) -> None:
        self.prompt_tokens = len(tokens)
        self.max_tokens = prompt.max_tokens
        self.dice = Dice(random.Random(prompt.seed), prompt.temperature, prompt.top_p)
        self.held = held
        self.tokens = tokens
        """Prompt and answer."""
        self.computed = 0
        """How many of `tokens` have their keys and values in the row's slot."""

    @property
    def room_needed(self) -> int:
        """The most tokens that it can have in the end."""
        return self.prompt_tokens + self.max_tokens


class TorchRows:
    """A `Machine`."""

    def __init__(
        self, model: PreTrainedModel, chat: Chat, grammars: Callable[[], Grammars], ends: frozenset[int]
    ) -> None:
        """:param ends: tokens that end an answer.

        :raises UnknownModel: its layers are of a kind that cannot be computed by rows.
        """
        _check_layers(model)
        model.set_attn_implementation(ATTENTION)
        self._model, self._chat, self._grammars, self._ends = model, chat, grammars, ends
        self._cells = Cells()
        self._waiting: list[TorchRow] = []
        self._rows: list[TorchRow] = []
        """By slot."""
        self._left: dict[int, list[int]] = {}
        """For each slot without a row, the tokens whose keys and values are still in it."""

    def read(self, prompt: Prompt) -> TorchRow:
        """As `Machine`."""
        tokens = self._chat.tokens(prompt)
        return TorchRow(prompt, tokens, None if prompt.schema is None else self._grammars().held_to(prompt.schema))

    def take(self, row: TorchRow) -> None:
        """As `Machine`."""
        self._waiting.append(row)

    def drop(self) -> None:
        """As `Machine`; keys and values go too, since lack of memory may be the reason."""
        self._waiting, self._rows, self._left = [], [], {}
        self._cells = Cells()

    @torch.inference_mode()
    def advance(self) -> None:
        """As `Machine`."""
        self._admit()
        spans = self._spans()
        logits = self._computed(spans)
        whole = [number for number, span in enumerate(spans) if span.end == len(self._rows[span.slot].tokens)]
        self._write([self._rows[spans[number].slot] for number in whole], logits[whole])
        for span in spans:
            self._rows[span.slot].computed = span.end
        for slot in reversed(range(len(self._rows))):
            if self._rows[slot].is_done:
                self._leave(slot)

    def _admit(self) -> None:
        fitting = self._fitting()
        coming, still = self._waiting[:fitting], self._waiting[fitting:]
        if coming:
            self._cells.reserve(len(self._rows) + fitting, max(len(row.tokens) for row in coming) + 1)
        self._waiting = []
        for row in coming:
            source, shared, promised = self._shared(row)
            if promised - shared >= LEAST_SHARED:
                self._waiting.append(row)
                continue
            slot = len(self._rows)
            self._cells.copy(source, slot, shared)
            self._left.pop(slot, None)
            row.computed = shared
            self._rows.append(row)
        self._waiting += still

    def _fitting(self) -> int:
        """How many of those that wait there is room for, beside those that are open: one at least where none is."""
        longest = max((each.room_needed for each in self._rows), default=0)
        most_bytes = self._most_bytes()
        for rows, row in enumerate(self._waiting, start=len(self._rows) + 1):
            longest = max(longest, row.room_needed)
            is_room = self._cells.bytes and self._cells.bytes_for(rows, longest) <= most_bytes
            if rows > 1 and (rows > MOST_ROWS or not is_room):
                return rows - 1 - len(self._rows)
        return len(self._waiting)

    def _most_bytes(self) -> int:
        if self._model.device.type != "cuda":
            return _CPU_CELLS_BYTES
        return int(torch.cuda.mem_get_info(self._model.device)[0] * _SHARE_OF_GPU) + self._cells.bytes

    def _shared(self, row: TorchRow) -> tuple[int, int, int]:
        """The slot that has most of the row's beginning, how many tokens that is, and how many some slot will have.

        The last token is always computed: the answer begins with what follows it.
        """
        most = len(row.tokens) - 1
        held = dict(self._left) | {slot: each.tokens[: each.computed] for slot, each in enumerate(self._rows)}
        found = {slot: min(most, _common(row.tokens, tokens)) for slot, tokens in held.items()}
        source = max(found, key=lambda slot: (found[slot], -slot), default=0)
        shared = found.get(source, 0)
        coming = (min(most, _common(row.tokens, each.tokens[: each.prompt_tokens])) for each in self._rows)
        return source, shared, max(coming, default=shared)

    def _spans(self) -> list[Span]:
        """What goes through the model next: first what is being written, then as much of the prompts as has room."""
        left, spans = MOST_TOKENS, []
        for slot in sorted(
            range(len(self._rows)), key=lambda slot: self._rows[slot].computed < self._rows[slot].prompt_tokens
        ):
            row = self._rows[slot]
            tokens = row.tokens[row.computed : row.computed + left]
            if tokens:
                spans.append(Span(slot, row.computed, tokens))
                left -= len(tokens)
        return spans

    def _computed(self, spans: Sequence[Span]) -> torch.Tensor:
        """For each span, the logits after its last token: [span, vocabulary], in float32."""
        self._cells.reserve(len(self._rows), max(span.end for span in spans))
        now = Pass(spans, self._model.device)
        self._cells.current = now
        given: dict[str, Any] = {"cells": self._cells, "use_cache": False, "logits_to_keep": now.lasts}
        found = self._model(input_ids=now.tokens[None], position_ids=now.places[None], **given)
        logits: torch.Tensor = found.logits[0].float()
        if torch.isnan(logits).any():
            raise UnknownModel(
                f"the model computes no numbers in {self._model.dtype}; add it with precision `bfloat16` or `float32`"
            )
        return logits

    def _write(self, rows: Sequence[TorchRow], logits: torch.Tensor) -> None:
        """Give each row its next token, and those that can only follow it."""
        if not rows:
            return
        for place, row in enumerate(rows):
            if row.held is not None:
                allowed = torch.from_numpy(row.held.allowed())
                logits[place].masked_fill_(~allowed.to(logits.device), -torch.inf)
        for row, token in zip(rows, drawn(logits, [row.dice for row in rows]), strict=True):
            self._extend(row, token)

    def _extend(self, row: TorchRow, token: int) -> None:
        if token in self._ends:
            self._finish(row, is_cut=False)
            return
        room = row.max_tokens - row.tokens_written
        written = [token] if row.held is None else row.held.write(token)
        row.tokens += written[:room]
        row.tokens_written += len(written[:room])
        if row.held is not None and row.held.is_whole and len(written) <= room:
            self._finish(row, is_cut=False)
        elif row.tokens_written >= row.max_tokens:
            self._finish(row, is_cut=True)

    def _finish(self, row: TorchRow, is_cut: bool) -> None:
        text = self._chat.text(row.tokens[row.prompt_tokens :])
        row.answer = Answer(text, row.prompt_tokens, row.tokens_written, is_cut)

    def _leave(self, slot: int) -> None:
        """Put the last row in the place of the one in `slot`, so that no slot between rows is empty."""
        last = len(self._rows) - 1
        row = self._rows.pop()
        if slot != last:
            self._cells.copy(last, slot, row.computed)
            self._rows[slot] = row
        self._left[last] = row.tokens[: row.computed]


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both have in common at the beginning."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def _check_layers(model: PreTrainedModel) -> None:
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ()) - LAYERS
    shares = getattr(config, "num_kv_shared_layers", 0)
    if kinds or shares or not model._supports_attention_backend:
        why = ", ".join(sorted(kinds)) or ("layers that share keys" if shares else "attention of its own")
        raise UnknownModel(
            f"the architecture `{config.model_type}` has {why}, which cannot be computed by rows here; "
            "use a model of plain attention, such as Llama, Qwen 3 or Gemma 3, or serve this one (backend `openai`)"
        )
