"""Keys and values of many rows at once, and the attention that reads them: rows of any length in one pass, unpadded.

A pass holds the tokens of all rows one after another, as if they were one text. Only attention has to know which row
each belongs to; transformers calls `attend` for it, under the name `ATTENTION`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import AttentionInterface

from include.contract.errors import UnknownModel

ATTENTION = "rows"
_PLACES = 64
"""Room for tokens grows by so many."""


@dataclass(frozen=True)
class Span:
    """Tokens of one row in a pass."""

    slot: int
    start: int
    """Place of the first in its row."""
    tokens: Sequence[int]

    @property
    def end(self) -> int:
        """Place after the last."""
        return self.start + len(self.tokens)


class Pass:
    """The tokens of one pass, and where each belongs."""

    def __init__(self, spans: Sequence[Span], device: torch.device) -> None:
        def on_device(numbers: list[int]) -> Tensor:
            return torch.tensor(numbers, dtype=torch.long, device=device)

        self.spans = spans
        self.device = device
        self.tokens = on_device([token for span in spans for token in span.tokens])
        self.slots = on_device([span.slot for span in spans for _ in span.tokens])
        self.places = on_device([place for span in spans for place in range(span.start, span.end)])
        self.firsts = [sum(len(each.tokens) for each in spans[:number]) for number in range(len(spans))]
        self.lasts = on_device([first + len(span.tokens) - 1 for first, span in zip(self.firsts, spans, strict=True)])
        """Of each span, its last token's number in the pass."""
        self.rows = 1 + max(span.slot for span in spans)
        self.longest = max(span.end for span in spans)
        self.slots_of_spans = on_device([span.slot for span in spans])
        by_slot = {span.slot: (int(last), span.end) for last, span in zip(self.lasts.tolist(), spans, strict=True)}
        # A slot without tokens in this pass asks too, as token 0 and for one place; its answer is not used.
        asking = [by_slot.get(slot, (0, 1)) for slot in range(self.rows)]
        self.asking = on_device([last for last, _ in asking])
        """Of each slot, the number of the token that looks back from its end."""
        self._ends = on_device([end for _, end in asking])
        self._masks: dict[tuple[int, int | None], Tensor] = {}

    def seen_from_ends(self, window: int | None) -> Tensor:
        """[slot, 1, 1, place]: what each row's last token sees."""
        key = (-1, window)
        if key not in self._masks:
            places = torch.arange(self.longest, device=self.device)
            seen = places < self._ends[:, None]
            if window is not None:
                seen &= places >= self._ends[:, None] - window
            self._masks[key] = seen[:, None, None]
        return self._masks[key]

    def seen_within(self, number: int, window: int | None) -> Tensor:
        """[token, place]: what each token of the span of that number sees."""
        key = (number, window)
        if key not in self._masks:
            span = self.spans[number]
            places = torch.arange(span.end, device=self.device)
            tokens = torch.arange(span.start, span.end, device=self.device)[:, None]
            seen = places <= tokens
            if window is not None:
                seen &= places > tokens - window
            self._masks[key] = seen
        return self._masks[key]


class Cells:
    """For each layer, the keys and values of every row."""

    def __init__(self) -> None:
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}
        self._rows = self._places = 0
        self.current: Pass | None = None
        """The pass that is going through the model."""

    def bytes_for(self, rows: int, places: int) -> int:
        """Bytes for `rows` rows of `places` tokens each; 0 before the first pass."""
        a_token = sum(side[0, 0].numel() * side.element_size() for layer in self._layers.values() for side in layer)
        return rows * -(-places // _PLACES) * _PLACES * a_token

    @property
    def bytes(self) -> int:
        """Bytes that they take."""
        return self.bytes_for(self._rows, self._places)

    def reserve(self, rows: int, places: int) -> None:
        """Make room for `rows` rows of `places` tokens each, and keep what is there."""
        if rows <= self._rows and places <= self._places:
            return
        self._rows = max(self._rows, rows)
        self._places = max(self._places, -(-places // _PLACES) * _PLACES)
        for number in self._layers:
            # One layer after the other, so that only one of them is there twice.
            self._layers[number] = (self._grown(self._layers[number][0]), self._grown(self._layers[number][1]))

    def _grown(self, old: Tensor) -> Tensor:
        new = old.new_zeros(self._rows, self._places, *old.shape[2:])
        new[: old.shape[0], : old.shape[1]] = old
        return new

    def copy(self, source: int, target: int, places: int) -> None:
        """Give the row in slot `target` the first `places` of that in `source`."""
        if source != target:
            for sides in self._layers.values():
                for side in sides:
                    side[target, :places] = side[source, :places]

    def write(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store those of the pass [token, head, width]; returns those of all rows [slot, place, head, width]."""
        now = self._now()
        if layer not in self._layers:
            # Zeros, not whatever was there: what is masked is multiplied by 0, and NaN times 0 is NaN.
            self._layers[layer] = (
                keys.new_zeros(self._rows, self._places, *keys.shape[1:]),
                values.new_zeros(self._rows, self._places, *values.shape[1:]),
            )
        all_keys, all_values = self._layers[layer]
        all_keys[now.slots, now.places] = keys
        all_values[now.slots, now.places] = values
        return all_keys, all_values

    def _now(self) -> Pass:
        if self.current is None:
            raise RuntimeError("attention outside of a pass")
        return self.current


def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float | None = None,
    sliding_window: int | None = None,
    softcap: float | None = None,
    s_aux: Tensor | None = None,
    position_bias: Tensor | None = None,
    cells: Cells | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """What transformers calls for each layer, with [1, head, token, width]; the answer is [1, token, head, width]."""
    if cells is None or cells.current is None or position_bias is not None:
        raise UnknownModel(f"the attention of {type(module).__name__} is of a kind that cannot be computed by rows")
    now = cells.current
    keys, values = cells.write(int(module.layer_idx), key[0].transpose(0, 1), value[0].transpose(0, 1))  # type: ignore[arg-type]
    groups = (keys.shape[2], query.shape[1] // keys.shape[2])
    sinks = None if s_aux is None else s_aux.reshape(1, *groups, 1)
    shape = _Shape(scaling, softcap, sinks)
    asked = query[0].view(*groups, *query.shape[2:])  # key head, its query heads, token, width
    answer = query.new_empty(query.shape[2], *groups, values.shape[-1])
    by_row = asked[:, :, now.asking].permute(2, 0, 1, 3)
    seen = now.seen_from_ends(sliding_window)
    ends = _attended(by_row, keys[: now.rows, : now.longest], values[: now.rows, : now.longest], seen, shape)
    answer[now.lasts] = ends[now.slots_of_spans]
    for number, span in enumerate(now.spans):
        if len(span.tokens) > 1:
            first = now.firsts[number]
            part = slice(first, first + len(span.tokens))
            within = asked[:, :, part].flatten(1, 2)[None]
            seen = now.seen_within(number, sliding_window).repeat(groups[1], 1)[None, None]
            row = slice(span.slot, span.slot + 1)
            found = _attended(within, keys[row, : span.end], values[row, : span.end], seen, shape)
            answer[part] = found[0].view(groups[0], groups[1], len(span.tokens), -1).permute(2, 0, 1, 3)
    return answer.flatten(1, 2)[None], None


@dataclass(frozen=True)
class _Shape:
    """How a layer weights what it attends to."""

    scaling: float | None
    softcap: float | None
    sinks: Tensor | None
    """[1, key head, query head of it, 1]: what takes a share of the attention and contributes nothing."""


def _attended(query: Tensor, keys: Tensor, values: Tensor, seen: Tensor, shape: _Shape) -> Tensor:
    """Attention of [row, key head, asking, width] to [row, place, key head, width].

    All query heads of a key head are treated as if they were several tokens, so that no key is copied for them.
    """
    keys, values = keys.transpose(1, 2), values.transpose(1, 2)
    if shape.softcap is None and shape.sinks is None:
        mask = seen.expand(query.shape[0], 1, query.shape[2], -1)
        return functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask, scale=shape.scaling)
    scale = query.shape[-1] ** -0.5 if shape.scaling is None else shape.scaling
    scores = (query @ keys.transpose(-1, -2)).float() * scale
    if shape.softcap is not None:
        scores = torch.tanh(scores / shape.softcap) * shape.softcap
    scores = scores.masked_fill(~seen, -torch.inf)
    if shape.sinks is not None:
        asking = query.shape[2] // shape.sinks.shape[2]
        sinks = shape.sinks.float().repeat_interleave(asking, 2).expand(query.shape[0], -1, -1, 1)
        shares = torch.softmax(torch.cat([scores, sinks], -1), -1)[..., :-1]
    else:
        shares = torch.softmax(scores, -1)
    return shares.to(values.dtype) @ values


AttentionInterface.register(ATTENTION, attend)
