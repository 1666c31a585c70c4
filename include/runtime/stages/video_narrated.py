"""`video.narrated`: clips and speech become one film, with subtitles, chapters and a poster."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import cast

from include.contract.errors import CorruptInput
from include.contract.params import VideoNarratedParams
from include.runtime.composition.ass import ass, ass_cues
from include.runtime.composition.chapters import chapter_titles
from include.runtime.composition.checks import Expected, check_film, check_peak, check_subtitles
from include.runtime.composition.joining import write_film
from include.runtime.composition.planes import load_rgb
from include.runtime.composition.soundtrack import Soundtrack
from include.runtime.composition.story import FilmInputs, read_story
from include.runtime.composition.subtitles import SubtitleCue, film_cues, srt, vtt
from include.runtime.composition.timeline import Timeline, timeline_of
from include.runtime.composition.typefaces import named
from include.runtime.labels.label import label_of
from include.runtime.media.audio import Block
from include.runtime.media.levelling import level
from include.runtime.media.loudness import TRUE_PEAK_DBTP, Loudness
from include.runtime.media.music import Music, built_in, survey
from include.runtime.own.music import player_within
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

TRACK = "music-"


class VideoNarratedStage(ItemStage):
    """Joins films; its model is the music that a film may play."""

    def setup(self, model: ModelFiles) -> None:
        """Take the registered tracks."""
        super().setup(model)
        self._tracks = named(model, TRACK)

    def make_item(self, work: Work) -> ItemResult:
        """Join one film."""
        params = cast(VideoNarratedParams, work.params)
        story = read_story(work.inputs)
        facts = [clip.facts for clip in story.clips]
        timeline = timeline_of(facts)
        label = label_of(story.source, params.language, params.label)
        music = self._music(story, params, work)
        track = Soundtrack(story.scenes, timeline, music, params.music_level_db, story.heard)
        video = work.scratch / "video.mp4"
        chapters = chapter_titles(story.scenes, params.language)
        frame = facts[0].width, facts[0].height
        firsts = tuple(accumulate((each.frames for each in facts[:-1]), initial=0))
        expected = Expected(frame, timeline, params.loudness_lufs, label.comment, firsts)

        def write(sound: Iterator[Block]) -> None:
            write_film(video, story.clips, timeline, sound, label.comment, chapters, work.tell)

        def check() -> Loudness:
            return check_film(video, expected)

        found = level(track.blocks, params.loudness_lufs, TRUE_PEAK_DBTP, [write], check)
        check_peak(found)
        subtitles = _write_subtitles(film_cues(story.whole_facts(), timeline), params.language, frame, work.scratch)
        poster = _poster(story, frame, work.scratch)
        edit = _edit(story, timeline, chapters, track, work) if params.edit else ()
        return ItemResult(
            outputs=(
                Output("video", video, "video/mp4"),
                Output("poster", poster, "image/jpeg"),
                Output("subtitles_srt", subtitles[0], "application/x-subrip"),
                Output("subtitles_vtt", subtitles[1], "text/vtt"),
                Output("subtitles_ass", subtitles[2], "text/x-ssa"),
                Output("label", label.written(work.scratch / "label.json"), "application/json"),
                *edit,
            ),
            attributes={
                "width": frame[0],
                "height": frame[1],
                "fps": timeline.fps,
                "duration_s": round(timeline.duration_s, 3),
                "loudness_lufs": round(found.integrated_lufs, 2),
                "scenes": len(story.scenes),
                "digital_source": story.source.value,
                "warnings": [*(music.warnings if music else ()), *label.warnings],
            },
        )

    def _music(self, story: FilmInputs, params: VideoNarratedParams, work: Work) -> Music | None:
        """The story's own track, or a built-in bed that the seed chooses."""
        if not params.music:
            return None
        if story.music:
            return survey(story.music, "music", player_within(work.limits))
        return built_in(self._tracks, params.music_mood, work.seed(0))


def _poster(story: FilmInputs, frame: tuple[int, int], scratch: Path) -> Path:
    """The title card's poster.

    :raises CorruptInput: no picture, or not of the film's size.
    """
    size = load_rgb(story.poster, "poster").shape[1::-1]
    if size != frame:
        raise CorruptInput(f"input poster is {size[0]}x{size[1]}, but the film is {frame[0]}x{frame[1]}")
    return Path(shutil.copyfile(story.poster, scratch / "poster.jpg"))


def _edit(
    story: FilmInputs, timeline: Timeline, titles: list[str], track: Soundtrack, work: Work
) -> tuple[Output, ...]:
    """What an editor goes on with."""
    # Most films are not handed over: the library is loaded for those that are.
    from include.runtime.editing.archive import write_edit

    path = work.scratch / "film.otioz"
    write_edit(path, story, timeline, titles, cast(VideoNarratedParams, work.params).language, track)
    return (Output("edit", path, "application/zip"),)


def _write_subtitles(
    cues: list[SubtitleCue], language: str, frame: tuple[int, int], scratch: Path
) -> tuple[Path, Path, Path]:
    paths = scratch / "subtitles.srt", scratch / "subtitles.vtt", scratch / "subtitles.ass"
    seen = ass_cues(cues, frame)
    texts = srt(cues, language), vtt(cues, language), ass(seen, language, frame)
    counts = len(cues), len(cues), len(seen)
    for path, text, count in zip(paths, texts, counts, strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
        check_subtitles(path, count)
    return paths
