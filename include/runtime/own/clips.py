"""Clips that somebody brings, as frames of a film: upright, at its size and rate, in BT.709, without their sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from av.container import InputContainer
from av.error import EOFError as FilterEnd
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from PIL import Image

from include.contract.errors import CorruptInput
from include.contract.file_kinds import HEAD_BYTES, MOVING_PICTURES, kind_of
from include.contract.values import Fit
from include.runtime.foreign.media import opened_media
from include.runtime.own.hdr import Hdr, write_table
from include.runtime.own.moving import TIME_BASE, opened_moving
from include.runtime.own.pictures import LEAST_SIDE_PX, colour, fitted, sides
from include.runtime.own.program import Answer

_HDR = {int(ColorTrc.SMPTE2084): Hdr.PQ, int(ColorTrc.ARIB_STD_B67): Hdr.HLG}
_RGB, _UNSPECIFIED = 0, 2
"""As FFmpeg's frames have them of colour spaces."""
_WIDE = (_RGB, _UNSPECIFIED, int(Colorspace.BT2020))
"""Colour spaces in which light of high dynamic range is understood."""
_HD_LINES = 720
"""From so many on, a clip that does not say so is taken to be in BT.709, as players do."""
_SCALING = "flags=lanczos+accurate_rnd+full_chroma_int+bitexact"
_OUT = "out_color_matrix=bt709:out_range=tv"
_TURNS = {90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}
"""Filters for each turn to the left."""

_TAGGED = re.compile(r"(\d+):(\d\d):(\d\d\.\d+)", re.ASCII)

Size = tuple[int, int]


@dataclass(frozen=True)
class _Clip:
    """A clip that is open."""

    form: str
    """In words."""
    fps: float | None
    lasts_s: float | None
    """None if it is repeated for ever."""
    time_base: Fraction
    aspect: Fraction
    """Of its pixels."""
    first: VideoFrame
    frame: Size
    """Of the film."""
    fit: Fit
    is_moving_picture: bool = False
    pictures_s: float | None = None
    """How long its pictures last, if the file's header says so."""

    @property
    def told(self) -> dict[str, object]:
        """What is told of it."""
        return {
            "form": self.form,
            "width_px": self.first.width,
            "height_px": self.first.height,
            "fps": self.fps,
            "duration_s": self.lasts_s,
            "pictures_s": self.pictures_s,
            "box": list(self.box),
            "hdr": self.hdr,
            "is_moving_picture": self.is_moving_picture,
        }

    @property
    def hdr(self) -> Hdr | None:
        """How its light is coded, if it may be brighter than a film's."""
        return _HDR.get(self.first.color_trc)

    @property
    def turn(self) -> int:
        """Degrees to the left by which it is turned to be upright."""
        return round(self.first.rotation / 90) * 90 % 360

    @property
    def shown(self) -> tuple[float, float]:
        """Its size as it is seen: upright, in square pixels."""
        width = self.first.width * float(self.aspect)
        return (self.first.height, width) if self.turn in (90, 270) else (width, self.first.height)

    @property
    def box(self) -> Size:
        """The size at which it is seen within the frame, even on both sides."""
        if self.fit is Fit.COVER:
            return self.frame
        width, height = self.shown
        scale = min(self.frame[0] / width, self.frame[1] / height)
        return _even(min(self.frame[0], width * scale)), _even(min(self.frame[1], height * scale))

    def graph(self, fps: int | None) -> Graph:
        """Filters from its frames to those of the box; at `fps`, unless only its first is wanted."""
        filters = ["setpts=PTS-STARTPTS"]
        if self.first.interlaced_frame:
            filters.append("bwdif=mode=send_frame:deint=interlaced")
        filters += [] if fps is None else [f"fps={fps}"]
        filters += _TURNS.get(self.turn, [])
        width, height = self.shown
        scale = max(self.box[0] / width, self.box[1] / height)
        scaled = max(self.box[0], _even(width * scale)), max(self.box[1], _even(height * scale))
        to_size = f"scale={scaled[0]}:{scaled[1]}:in_color_matrix={self._matrix}:{_SCALING}"
        crop = f"crop={self.box[0]}:{self.box[1]}"
        with TemporaryDirectory() as folder:
            if self.hdr is None:
                filters += [f"{to_size}:{_OUT}", crop]
            else:
                filters += [to_size, "format=gbrp16le", crop, *_mapped(self.hdr, Path(folder) / "table.cube")]
            return self._linked([*filters, "setsar=1", "format=yuv420p"])

    @property
    def _matrix(self) -> str:
        if self.first.colorspace != _UNSPECIFIED:
            return "auto"
        if self.hdr is not None:
            return "bt2020"
        return "bt709" if min(self.first.width, self.first.height) >= _HD_LINES else "bt601"

    def _linked(self, filters: list[str]) -> Graph:
        graph = Graph()
        graph.threads = 1
        source = graph.add_buffer(
            width=self.first.width,
            height=self.first.height,
            format=self.first.format,
            time_base=self.time_base,
        )
        nodes = [graph.add(*each.split("=", 1)) for each in filters]
        graph.link_nodes(source, *nodes, graph.add("buffersink")).configure()
        return graph


def clip_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the clip in `file` is, then its frames at `fps`, as planes of 4:2:0: one at least, however short it is.

    They begin with frame `skip`, or are the last one alone where it has no such frame, and are at most `frames`. If it
    ends before, how many it has, skipped ones too, comes at last.
    """
    skip, most, fps = (int(str(asked[name])) for name in ("skip", "frames", "fps"))
    with _opened(file, asked) as (clip, frames):
        yield clip.told
        last, number = None, -1
        for number, each in enumerate(islice(_filtered(clip.graph(fps), frames), skip + most)):
            if number >= skip:
                yield each.to_ndarray().tobytes()
            last = each if number < skip else None
        if number < 0:
            last = next(_filtered(clip.graph(None), iter([clip.first])))
        if last is not None:
            yield last.to_ndarray().tobytes()
        if number + 1 < skip + most:
            yield {"frames": max(1, number + 1)}


def first_picture_answer(file: BinaryIO, asked: Mapping[str, object]) -> Answer:
    """What the clip in `file` is, and its first picture as 8-bit R'G'B' of the frame that is asked for."""
    with _opened(file, asked) as (clip, frames):
        first = next(_filtered(clip.graph(None), islice(frames, 8)))
        seen = first.reformat(format="rgb24", src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG)
        picture = Image.fromarray(seen.to_ndarray())
        yield {**clip.told, "digital_source": None, "warnings": [f"it {clip.hdr.told}"] if clip.hdr else []}
        yield fitted(picture, clip.frame, clip.fit, colour(asked["background"])).tobytes()


@contextmanager
def _opened(file: BinaryIO, asked: Mapping[str, object]) -> Iterator[tuple[_Clip, Iterator[VideoFrame]]]:
    """The film or the moving picture in `file`, and all its frames."""
    kind = kind_of(file.read(HEAD_BYTES))
    file.seek(0)
    if kind in MOVING_PICTURES:
        with opened_moving(file, asked) as moving:
            frames = moving.frames()
            first = next(frames)
            _check_size(first, str(asked["what"]))
            form, size = str(moving.picture.format), sides(asked["frame"])
            fit = Fit(str(asked["fit"]))
            yield (
                _Clip(form, None, moving.lasts_s, TIME_BASE, Fraction(1), first, size, fit, is_moving_picture=True),
                _all(first, frames),
            )
    else:
        with opened_media(file, str(asked["what"])) as container:
            yield _looked_at(container, asked)


def _looked_at(container: InputContainer, asked: Mapping[str, object]) -> tuple[_Clip, Iterator[VideoFrame]]:
    """The clip, and all its frames.

    :raises CorruptInput: it has no picture, one that is too small, or in colours that are not known; or it is too long.
    """
    what, most_s = asked["what"], int(str(asked["clip_s"]))
    if not container.streams.video:
        raise CorruptInput(f"{what} has no picture; allowed: a film; bring one, or name it as `voice`")
    lasts_s = (container.duration or 0) / 1e6
    if lasts_s > most_s:
        raise CorruptInput(f"{what} lasts {lasts_s:.0f} s; allowed by the deployment: at most {most_s} s; cut it")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise CorruptInput(
            f"{what} has pictures of a kind that is not known; allowed: H.264, HEVC, VP9, AV1; save it so"
        )
    stream.codec_context.thread_count = 1
    frames = container.decode(stream)
    first = next(frames, None)
    if first is None:
        raise CorruptInput(f"{what} has not one picture that can be decoded; bring another copy of it")
    _check_colours(first, str(what))
    _check_size(first, str(what))
    rate = stream.average_rate
    clip = _Clip(
        form=container.format.long_name,
        fps=round(float(rate), 3) if rate else None,
        lasts_s=lasts_s,
        time_base=stream.time_base or Fraction(1, 1000),
        aspect=stream.sample_aspect_ratio or Fraction(1),
        first=first,
        frame=sides(asked["frame"]),
        fit=Fit(str(asked["fit"])),
        pictures_s=_promised_s(stream),
    )
    return clip, _all(first, frames)


def _check_size(first: VideoFrame, what: str) -> None:
    if min(first.width, first.height) < LEAST_SIDE_PX:
        found = f"{first.width}x{first.height} px"
        raise CorruptInput(f"{what} is {found}; allowed: at least {LEAST_SIDE_PX} px each way; bring a larger one")


def _check_colours(first: VideoFrame, what: str) -> None:
    hdr = _HDR.get(first.color_trc)
    primaries = first.color_primaries in (_UNSPECIFIED, int(ColorPrimaries.BT2020))
    if hdr and not (primaries and first.colorspace in _WIDE):
        found = f"in high dynamic range ({hdr}), but not in BT.2020's colours with a luma of its own"
        raise CorruptInput(f"{what} is {found}; allowed: PQ and HLG as BT.2100 has them, or SDR; export it as such")


def _mapped(hdr: Hdr, path: Path) -> list[str]:
    """Filters from R'G'B' of high dynamic range to a film's colours; their table is read from `path` at once."""
    write_table(hdr, path)
    said = "setparams=color_primaries=bt709:color_trc=bt709"
    return [f"lut3d=file='{path}':interp=tetrahedral", said, f"scale={_OUT}:{_SCALING}"]


def _all(first: VideoFrame, rest: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    yield first
    yield from rest


def _filtered(graph: Graph, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    for frame in frames:
        graph.vpush(frame)
        yield from _ready(graph)
    graph.vpush(None)
    yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (BlockingIOError, FilterEnd):
            return


def _promised_s(stream: VideoStream) -> float | None:
    """How long its pictures last by the file's header, in Matroska's by a tag; None if neither says so."""
    if stream.duration:
        return float(stream.duration * (stream.time_base or 0))
    tag = _TAGGED.fullmatch(stream.metadata.get("DURATION", ""))
    return 3600 * int(tag[1]) + 60 * int(tag[2]) + float(tag[3]) if tag else None


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)
