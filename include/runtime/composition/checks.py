"""Finished files are opened again and compared with what they have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image

from include.contract.errors import CheckFailed
from include.runtime.composition.timeline import Timeline
from include.runtime.media.audio import SAMPLE_RATE_HZ, decode
from include.runtime.media.levelling import LOUDEST_DBTP
from include.runtime.media.loudness import SILENCE_LUFS, Loudness, measure_file

LENGTH_TOLERANCE_S = 0.1
LOUDNESS_TOLERANCE_LU = 0.5
_SUBTITLES = {".srt": "srt", ".vtt": "webvtt", ".ass": "ass"}
BLANK_DEVIATION = 2.0
"""Standard deviation of luma below which a poster shows nothing."""


@dataclass(frozen=True)
class Expected:
    """What a finished film has to be."""

    frame: tuple[int, int]
    timeline: Timeline
    loudness_lufs: float
    comment: str
    """Among its tags."""
    firsts: tuple[int, ...] = (0,)
    """The first frame of each clip that it was joined from."""


def check_film(path: Path, expected: Expected) -> Loudness:
    """Open the film at `path` and compare it; returns what was measured, including the true peak: `check_peak` judges.

    :raises CheckFailed: something differs; says what was found and what is allowed.
    """
    with av.open(str(path)) as container:
        _check_streams(container, expected)
    _check_index_first(path)
    _check_pictures(path, expected)
    return _check_sound(path, expected)


def _check_streams(container: av.container.InputContainer, expected: Expected) -> None:
    video, audio = container.streams.video[0], container.streams.audio[0]
    _demand(container.metadata.get("comment") == expected.comment, "comment", container.metadata, expected.comment)
    fps = expected.timeline.fps
    wanted_s = expected.timeline.duration_s
    lengths_s = {
        "film": (container.duration or 0) / av.time_base,
        "picture": _length_s(video),
        "sound": _length_s(audio),
    }
    _demand((video.width, video.height) == expected.frame, "frame size", (video.width, video.height), expected.frame)
    _demand(video.codec_context.name == "h264", "video codec", video.codec_context.name, "h264")
    _demand(audio.codec_context.name == "aac", "audio codec", audio.codec_context.name, "aac")
    _demand(video.average_rate == fps, "frame rate", video.average_rate, fps)
    for name, length_s in lengths_s.items():
        allowed = f"{wanted_s:.3f} ± {LENGTH_TOLERANCE_S} s"
        _demand(abs(length_s - wanted_s) <= LENGTH_TOLERANCE_S, f"length of the {name}", length_s, allowed)


def _length_s(stream: av.VideoStream | av.AudioStream) -> float:
    return float((stream.duration or 0) * (stream.time_base or 0))


def _check_index_first(path: Path) -> None:
    boxes = list(top_boxes(path))
    found = "moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat")
    _demand(found, "order of the file's boxes", boxes, "moov before mdat")


def top_boxes(path: Path) -> Iterator[str]:
    """Types of the outermost boxes of an ISO base media file (ISO/IEC 14496-12, 4.2)."""
    with path.open("rb") as file:
        while len(head := file.read(16)) >= 8:
            size, kind = int.from_bytes(head[:4], "big"), head[4:8].decode("latin-1")
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            yield kind
            file.seek(size - len(head), 1)


def _check_pictures(path: Path, expected: Expected) -> None:
    """Every frame is there in order, and a key frame where each clip begins."""
    with av.open(str(path)) as container:
        packets = (packet for packet in container.demux(container.streams.video[0]) if packet.pts is not None)
        found = [(packet.pts or 0, packet.dts or 0, packet.is_keyframe) for packet in packets]
    times, decoded = sorted(shown for shown, _, _ in found), [at for _, at, _ in found]
    _demand(len(times) == expected.timeline.frame_count, "number of frames", len(times), expected.timeline.frame_count)
    _demand(len({*np.diff(times).tolist()}) <= 1, "steps between frames", set(np.diff(times).tolist()), "one")
    _demand(bool(np.all(np.diff(decoded) > 0)), "order of decoding times", "not rising", "rising")
    keys = {shown for shown, _, is_key in found if is_key}
    missing = [first for first in expected.firsts if times[first] not in keys]
    _demand(not missing, "first frames of clips without a key frame", missing, "none")


def check_clip(path: Path, frame: tuple[int, int], fps: int, frames: int) -> None:
    """Open the clip at `path` and decode all of it: of that size and rate, with so many frames at even steps.

    :raises CheckFailed: something differs; says what was found and what is allowed.
    """
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.codec_context.thread_count = "NONE", 1
        # Else libavcodec hides what is broken and goes on. What smooths decoded pictures cannot fail and takes long.
        stream.codec_context.options = {"err_detect": "explode", "skip_loop_filter": "all"}
        _demand((stream.width, stream.height) == frame, "frame size", (stream.width, stream.height), frame)
        _demand(stream.average_rate == fps, "frame rate", stream.average_rate, fps)
        try:
            times = [float((one.pts or 0) * (one.time_base or 0) * fps) for one in container.decode(stream)]
        except av.error.FFmpegError as error:
            raise CheckFailed(f"finished video: {path.name} does not decode: {error}") from error
    _demand(times == [float(index) for index in range(frames)], "times of frames", times[:5], f"0 to {frames - 1}")


def check_clip_sound(path: Path, fps: int, frames: int) -> None:
    """Decode the sound of the clip at `path`: exactly as long as its pictures.

    :raises CheckFailed: it is not; says what was found and what is allowed.
    """
    samples = sum(block.shape[1] for block in decode(path, path.name, "stereo"))
    wanted = round(frames * SAMPLE_RATE_HZ / fps)
    _demand(samples == wanted, "samples of a clip's sound", samples, wanted)


def _check_sound(path: Path, expected: Expected) -> Loudness:
    found, samples = measure_file(path)
    loudness = found.integrated_lufs
    wanted = expected.timeline.sample_count
    near = abs(samples - wanted) <= LENGTH_TOLERANCE_S * SAMPLE_RATE_HZ
    _demand(near, "decoded samples", samples, f"{wanted} ± {LENGTH_TOLERANCE_S} s")
    allowed = f"{expected.loudness_lufs} ± {LOUDNESS_TOLERANCE_LU}"
    _demand(loudness > SILENCE_LUFS, "loudness in LUFS", loudness, f"above {SILENCE_LUFS}, so not silent")
    _demand(abs(loudness - expected.loudness_lufs) <= LOUDNESS_TOLERANCE_LU, "loudness in LUFS", loudness, allowed)
    return found


def check_peak(found: Loudness) -> None:
    """Judge the true peak that was measured of a finished film.

    :raises CheckFailed: it is too high.
    """
    quiet = found.true_peak_dbtp <= LOUDEST_DBTP
    _demand(quiet, "true peak in dBTP", found.true_peak_dbtp, f"at most {LOUDEST_DBTP}")


def check_picture(path: Path, frame: tuple[int, int]) -> None:
    """Open the JPEG at `path`: of the frame's size, and not blank."""
    with Image.open(path) as image:
        image.load()
        found, deviation = image.size, float(np.asarray(image.convert("L")).std())
    _demand(found == frame, "poster's size", found, frame)
    _demand(deviation > BLANK_DEVIATION, "poster's deviation of luma", round(deviation, 2), f"above {BLANK_DEVIATION}")


def check_subtitles(path: Path, cues: int) -> None:
    """Open the subtitle file at `path`: as many cues as were written, none overlapping another."""
    if cues == 0:
        return
    with av.open(str(path), format=_SUBTITLES[path.suffix]) as container:
        spans = [(one.pts, one.duration or 0) for one in container.demux() if one.pts is not None]
    _demand(len(spans) == cues, f"cues in {path.name}", len(spans), cues)
    overlaps = sum(start + length > after for (start, length), (after, _) in zip(spans, spans[1:], strict=False))
    _demand(overlaps == 0, f"overlapping cues in {path.name}", overlaps, 0)


def _demand(holds: bool, what: str, found: object, allowed: object) -> None:
    if not holds:
        raise CheckFailed(f"finished video: {what} is {found}; allowed: {allowed}")
