"""Sound in blocks: reading, filtering and measuring it without ever holding all of it.

A block is float32 of shape (channels, samples) at `SAMPLE_RATE_HZ`, full scale ±1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.filter import Graph
from numpy.typing import NDArray

from include.contract.errors import CorruptInput
from include.runtime.foreign.media import opened_media

Block = NDArray[np.float32]
SAMPLE_RATE_HZ = 48_000
"""Sample rate of all sound that is mixed and encoded."""
BLOCK_SAMPLES = 24_000


def decode(path: Path, name: str, layout: str) -> Iterator[Block]:
    """The first audio stream of the file at `path`, resampled, as blocks of any length.

    :raises CorruptInput: it cannot be decoded or has no sound; the message says `name`.
    """
    resampler = AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE_HZ)
    with opened_media(path, f"input {name}") as container:
        if not container.streams.audio:
            raise CorruptInput(f"input {name} has no audio stream")
        for frame in container.decode(container.streams.audio[0]):
            yield from map(samples_of, resampler.resample(frame))
        yield from map(samples_of, resampler.resample(None))


def samples_of(frame: av.AudioFrame) -> Block:
    """The samples of a frame in planar float32."""
    return cast(Block, frame.to_ndarray())


def exactly(blocks: Iterable[Block], samples: int, channels: int) -> Iterator[Block]:
    """`blocks` cut or filled with silence to `samples`."""
    left = samples
    for block in blocks:
        if left == 0:
            return
        yield block[:, :left]
        left -= min(left, block.shape[1])
    while left:
        length = min(left, BLOCK_SAMPLES)
        yield np.zeros((channels, length), np.float32)
        left -= length


class BlockReader:
    """Reads a stream of blocks in any lengths."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = iter(blocks)
        self._rest: Block | None = None

    def read(self, samples: int) -> Block:
        """The next `samples`, fewer only at the end."""
        parts, wanted = [], samples
        while wanted:
            block = self._rest if self._rest is not None else next(self._blocks, None)
            if block is None:
                break
            parts.append(block[:, :wanted])
            self._rest = block[:, wanted:] if block.shape[1] > wanted else None
            wanted -= parts[-1].shape[1]
        return np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), np.float32)


class Chain:
    """A chain of libav filters, for stereo blocks."""

    def __init__(self, filters: list[tuple[str, str]]) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        self._source = self._graph.add_abuffer(
            sample_rate=SAMPLE_RATE_HZ, format="fltp", layout="stereo", time_base=Fraction(1, SAMPLE_RATE_HZ)
        )
        between = (self._graph.add(name, arguments) for name, arguments in filters)
        self._graph.link_nodes(self._source, *between, self._graph.add("abuffersink")).configure()
        self._position = 0

    def push(self, block: Block) -> Iterator[av.AudioFrame]:
        """Put in `block`; gives what comes out."""
        self._source.push(_frame(block, self._position))
        self._position += block.shape[1]
        yield from _ready(self._graph)

    def rest(self) -> Iterator[av.AudioFrame]:
        """What is still within, once nothing more is put in."""
        self._source.push(None)
        yield from _ready(self._graph)


def filtered(blocks: Iterable[Block], filters: list[tuple[str, str]]) -> Iterator[av.AudioFrame]:
    """Stereo `blocks` through a chain of libav filters."""
    chain = Chain(filters)
    for block in blocks:
        yield from chain.push(block)
    yield from chain.rest()


def _frame(block: Block, position: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
    frame.sample_rate = SAMPLE_RATE_HZ
    frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
    frame.pts = position
    return frame


def _ready(graph: Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            yield cast(av.AudioFrame, graph.pull())
        except (BlockingIOError, av.error.EOFError):
            return
