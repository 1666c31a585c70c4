"""Room for keys and values grows with the rows, and what is in it stays."""

from __future__ import annotations

import weakref

import pytest
import torch

from include.runtime.writing.engines.cells import Cells, Pass, Span

LAYERS, HEADS, WIDTH = 3, 2, 4


def filled(cells: Cells, rows: int, tokens: int) -> dict[int, torch.Tensor]:
    """Numbers for each layer, as they are found again."""
    cells.reserve(rows, tokens)
    cells.current = Pass([Span(slot, 0, [1] * tokens) for slot in range(rows)], torch.device("cpu"))
    numbers = {layer: torch.rand(rows * tokens, HEADS, WIDTH) for layer in range(LAYERS)}
    for layer, each in numbers.items():
        cells.write(layer, each, -each)
    return numbers


def test_growing_keeps_what_is_there() -> None:
    cells = Cells()
    numbers = filled(cells, 2, 5)
    before = cells.bytes
    cells.reserve(5, 300)
    assert cells.bytes > before
    cells.current = Pass([Span(4, 299, [1])], torch.device("cpu"))
    for layer, each in numbers.items():
        keys, values = cells.write(layer, torch.ones(1, HEADS, WIDTH), torch.ones(1, HEADS, WIDTH))
        assert torch.equal(keys[:2, :5].flatten(0, 1), each)
        assert torch.equal(values[:2, :5].flatten(0, 1), -each)
        assert keys[2:4].count_nonzero() == 0


def test_no_more_than_one_layer_is_there_twice_while_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    cells, old = Cells(), list[weakref.ref[torch.Tensor]]()
    filled(cells, 2, 5)
    grown = Cells._grown

    def watched(self: Cells, side: torch.Tensor) -> torch.Tensor:
        old.append(weakref.ref(side))
        del side
        assert sum(each() is not None for each in old) <= 2
        return grown(self, old[-1]())  # type: ignore[arg-type]

    monkeypatch.setattr(Cells, "_grown", watched)
    cells.reserve(5, 5)
    assert len(old) == 2 * LAYERS
