"""Pictures twice or four times as large, in overlapping tiles that show no seam: the bytes are those of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from include.runtime.pictures.esrgan import FACTOR, REACH_PX, Borders, Network
from include.runtime.processors import granted_processors

TILE_PX = 128
"""Longest side of a tile without its context. A smaller one computes more context, a larger one takes more memory."""
MOST_THREADS = 16
MARGIN_PX = 6
"""Repeated border, so that the network's zero padding never shows."""

Rgb = NDArray[np.uint8]
Factor = Literal[2, 4]


@dataclass(frozen=True)
class _Span:
    """A tile along one axis, in pixels of the padded picture: its own from `start` to `end`, the rest context."""

    from_px: int
    start: int
    end: int
    to_px: int
    begins: bool
    """Whether the padded picture begins where the context does."""
    ends: bool


class Upscaler:
    """Enlarges pictures twice or four times.

    :raises UnknownModel: the file is not the network that it knows.
    """

    def __init__(self, weights: Path) -> None:
        self._network = Network(weights)

    def enlarge(self, rgb: Rgb, tile_px: int = TILE_PX, threads: int | None = None, factor: Factor = FACTOR) -> Rgb:
        """Enlarge `rgb`, height × width × 3, `factor` times each way.

        :param tile_px: longest side of a tile; memory beside the result grows with its square, times `threads`.
        :param threads: tiles computed at a time; as many as there are cores when left out.
        :param factor: the network's own, or half of it: each pixel is then the rounded mean of four.
        """
        height, width = rgb.shape[:2]
        padded = np.pad(rgb, ((MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX), (0, 0)), mode="edge")
        result: Rgb = np.empty((height * factor, width * factor, 3), np.uint8)
        tiles = [(down, across) for down in _spans(height, tile_px) for across in _spans(width, tile_px)]

        def enlarge_tile(tile: tuple[_Span, _Span]) -> None:
            down, across = tile
            large = self._enlarge_tile(padded, down, across)
            result[_target(down, factor), _target(across, factor)] = large if factor == FACTOR else _halved(large)

        with _one_thread_a_tile(), ThreadPoolExecutor(threads or _cores(), "tiles") as pool:
            for _ in pool.map(enlarge_tile, tiles):
                pass
        return result

    def _enlarge_tile(self, padded: Rgb, down: _Span, across: _Span) -> Rgb:
        source = padded[down.from_px : down.to_px, across.from_px : across.to_px]
        borders = Borders(across.begins, across.ends, down.begins, down.ends)
        with torch.inference_mode():
            pixels = self._network.enlarge(torch.from_numpy(source.transpose(2, 0, 1).copy()), borders)
        return pixels.numpy().transpose(1, 2, 0)[_kept(down), _kept(across)]


def _spans(side_px: int, tile_px: int) -> list[_Span]:
    """Tiles of about equal length along a side of the picture, each with the context that reaches into it."""
    count = -(-side_px // tile_px)
    bounds = [MARGIN_PX + side_px * number // count for number in range(count + 1)]
    end_px = side_px + 2 * MARGIN_PX
    return [
        _Span(
            from_px=max(0, start - REACH_PX),
            start=start,
            end=end,
            to_px=min(end_px, end + REACH_PX),
            begins=start < REACH_PX,
            ends=end + REACH_PX > end_px,
        )
        for start, end in pairwise(bounds)
    ]


def _target(span: _Span, factor: int) -> slice:
    """Where the tile's own pixels lie in the result."""
    return slice((span.start - MARGIN_PX) * factor, (span.end - MARGIN_PX) * factor)


def _halved(rgb: Rgb) -> Rgb:
    """`rgb`, whose sides are even, at half its size: whole numbers alone, so the same on every processor."""
    wide = rgb.astype(np.uint16)
    total = wide[::2, ::2] + wide[1::2, ::2] + wide[::2, 1::2] + wide[1::2, 1::2]
    return ((total + 2) // 4).astype(np.uint8)


def _kept(span: _Span) -> slice:
    """The tile's own pixels in what the network gave, which has lost the context of the inner sides."""
    first = span.start - span.from_px if span.begins else 0
    return slice(first * FACTOR, (first + span.end - span.start) * FACTOR)


@contextmanager
def _one_thread_a_tile() -> Iterator[None]:
    """Tiles side by side keep cores busier than torch does inside one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _cores() -> int:
    return min(MOST_THREADS, granted_processors())
