"""Finished files are opened again and compared with what the episode has to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import av
from PIL import Image

from include.contract.errors import CheckFailed
from include.runtime.labels.label import Label
from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.media.levelling import LOUDEST_DBTP
from include.runtime.media.loudness import Loudness, measure_file
from include.runtime.pages.reading import read_page
from include.runtime.podcast.episode import Episode
from include.runtime.podcast.schedule import Chapter, Schedule
from include.runtime.podcast.tags import Tags

LENGTH_TOLERANCE_S = 0.1
LOUDNESS_TOLERANCE_LU = 0.5
_START_TOLERANCE_S = 0.002


def check_sound(path: Path, duration_s: float, loudness_lufs: float) -> Loudness:
    """Decode a finished audio file; returns what was measured, including the true peak, which `check_peak` judges.

    :raises CheckFailed: its length or loudness is wrong.
    """
    found, samples = measure_file(path)
    found_s = samples / SAMPLE_RATE_HZ
    _demand(abs(found_s - duration_s) <= LENGTH_TOLERANCE_S, path, "length in s", found_s, f"{duration_s:.3f}")
    near = abs(found.integrated_lufs - loudness_lufs) <= LOUDNESS_TOLERANCE_LU
    allowed = f"{loudness_lufs} ± {LOUDNESS_TOLERANCE_LU}"
    _demand(near, path, "loudness in LUFS", found.integrated_lufs, allowed)
    return found


def check_peak(path: Path, found: Loudness) -> None:
    """Judge the true peak that was measured of a finished audio file.

    :raises CheckFailed: its true peak is too high.
    """
    quiet = found.true_peak_dbtp <= LOUDEST_DBTP
    _demand(quiet, path, "true peak in dBTP", found.true_peak_dbtp, f"at most {LOUDEST_DBTP}")


def check_tags(path: Path, tags: Tags) -> None:
    """Read a finished audio file's tags again.

    :raises CheckFailed: title, comment, cover or chapters are missing or wrong.
    """
    with av.open(str(path)) as container:
        title, comment = container.metadata.get("title"), container.metadata.get("comment", "")
        covers = [bytes(packet) for stream in container.streams.video for packet in container.demux(stream)]
        marks = [
            (one["metadata"].get("title", ""), float(one["start"] * (one["time_base"] or 0)))
            for one in container.chapters()
        ]
    _demand(title == tags.title, path, "title", title, tags.title)
    _demand(comment.endswith(tags.comment), path, "comment", comment, tags.comment)
    whole = [tags.cover.read_bytes()] == [cover for cover in covers if cover]
    _demand(whole, path, "sizes of its covers in bytes", [len(cover) for cover in covers], tags.cover.stat().st_size)
    _check_chapters(path, marks, tags.chapters)


def check_chapters(path: Path, chapters: Sequence[Chapter]) -> None:
    """Read the JSON chapters again.

    :raises CheckFailed: they are missing or wrong.
    """
    listed = json.loads(path.read_text("utf-8"))["chapters"]
    _check_chapters(path, [(one["title"], one["startTime"]) for one in listed], chapters)


def _check_chapters(path: Path, found: Sequence[tuple[str, float]], wanted: Sequence[Chapter]) -> None:
    titles = [title for title, _ in found]
    _demand(titles == [one.title for one in wanted], path, "chapters", titles, [one.title for one in wanted])
    late = [
        title
        for (title, start_s), one in zip(found, wanted, strict=True)
        if abs(start_s - one.start_s) > _START_TOLERANCE_S
    ]
    _demand(not late, path, "chapters that begin at another time", late, "none")


def check_vtt(path: Path, cues: int) -> None:
    """Read the subtitles again as a player does.

    :raises CheckFailed: cues are missing, or one begins before the one before it ends.
    """
    with av.open(str(path), format="webvtt") as container:
        spans = [(one.pts, one.duration or 0) for one in container.demux() if one.pts is not None]
    _demand(len(spans) == cues, path, "number of cues", len(spans), cues)
    overlaps = sum(start + length > after for (start, length), (after, _) in zip(spans, spans[1:], strict=False))
    _demand(overlaps == 0, path, "overlapping cues", overlaps, 0)


def check_page(path: Path, episode: Episode, schedule: Schedule, label: Label) -> None:
    """Open the transcript's page again.

    :raises CheckFailed: it is not well formed, shows other texts, does not say what made it, requests anything from
        outside, or could run code.
    """
    page = read_page(path.read_text("utf-8"))
    source = page.metas.get("digitalSourceType")
    _demand(source == label.source.uri, path, "what made it", source, label.source.uri)
    wanted = {
        "h1": [episode.dialogue.title],
        "h2": [one.title for one in schedule.chapters],
        "p": [*(one.line.text for one in episode.lines), *([label.sentence] if label.is_shown else [])],
    }
    for tag, texts in wanted.items():
        _demand(
            page.texts[tag] == texts,
            path,
            f"number of texts in <{tag}>",
            len(page.texts[tag]),
            f"{len(texts)}, as written",
        )
    reaches_out = [*page.addresses, *page.handlers, *(kind for kind, _ in page.scripts)]
    _demand(not reaches_out, path, "addresses, handlers and scripts", reaches_out, "none")


def check_cover(path: Path, width_px: int) -> None:
    """Open the cover again.

    :raises CheckFailed: it is not a square JPEG in RGB of `width_px`.
    """
    with Image.open(path) as picture:
        picture.load()
        found = picture.format, picture.mode, picture.size
    _demand(found == ("JPEG", "RGB", (width_px, width_px)), path, "picture", found, f"a square of {width_px} px")


def _demand(holds: bool, path: Path, what: str, found: object, allowed: object) -> None:
    if not holds:
        raise CheckFailed(f"finished {path.name}: {what}: found {found!r:.300}; allowed: {allowed!r:.300}")
