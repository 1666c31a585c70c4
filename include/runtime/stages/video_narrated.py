"""`video.narrated`: pictures and speech become one film, with subtitles and a poster."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import cv2
from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.params import VideoNarratedParams
from include.runtime.composition.captions import Captions
from include.runtime.composition.checks import Expected, check_film, check_picture, check_subtitles
from include.runtime.composition.encoder import write_film
from include.runtime.composition.film import Film
from include.runtime.composition.label_line import set_label
from include.runtime.composition.planes import Planes
from include.runtime.composition.poster import write_poster
from include.runtime.composition.soundtrack import Soundtrack
from include.runtime.composition.story import FilmInputs, read_story
from include.runtime.composition.subtitles import SubtitleCue, make_cues, srt, vtt
from include.runtime.composition.timeline import Timeline, lay_out
from include.runtime.composition.title_card import TitleText
from include.runtime.labels.label import Label, label_of
from include.runtime.media.loudness import gain_towards, limited
from include.runtime.media.music import Music, built_in, survey
from include.runtime.media.typesetting import Typesetter
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

WEIGHT = 700
POSTER_SHARE = 0.6
"""When the poster is taken, as a share of the title card."""
FONT, TRACK = "font-", "music-"


class VideoNarratedStage(ItemStage):
    """Composes films; its model is the fonts and music that a film may show and play."""

    def setup(self, model: ModelFiles) -> None:
        """Take the registered fonts and tracks."""
        super().setup(model)
        self._fonts = _named(model, FONT)
        self._tracks = _named(model, TRACK)
        cv2.setNumThreads(1)
        cv2.ipp.setUseIPP(False)  # its code, and so its rounding, differs between processors

    def make_item(self, work: Work) -> ItemResult:
        """Compose one film."""
        params, seed = cast(VideoNarratedParams, work.params), work.seed(0)
        story = read_story(work.inputs)
        frame = params.aspect.frame_px(params.short_side_px)
        speech_s = [scene.speech_s for scene in story.scenes]
        closing_card_s = params.closing_card_s if params.closing_text else 0.0
        timeline = lay_out(speech_s, params.title_card_s, params.scene_pause_s, params.fps, closing_card_s)
        typesetter = Typesetter(self._fonts, params.language, WEIGHT)
        cues = make_cues(story.scenes, timeline, params.aspect, params.language)
        captions = Captions(cues, typesetter, frame, params.aspect) if params.subtitles else None
        label = label_of(story.source, params.language, params.label)
        label_line = self._label_line(label, frame)
        film = Film(story, timeline, params, captions, typesetter, seed, label_line)
        music = self._music(story, params, seed)
        track = Soundtrack(story.scenes, timeline, music)
        gain_db = gain_towards(params.loudness_lufs, track.blocks)

        video = work.scratch / "video.mp4"

        def paint(index: int, target: Planes) -> None:
            film.paint(index, target)
            work.tell(index / timeline.frame_count)

        write_film(video, timeline, frame, paint, limited(track.blocks(), gain_db), label.comment)
        loudness = check_film(video, Expected(frame, timeline, params.loudness_lufs, label.comment))
        still = Film(story, timeline, params, None, typesetter, seed, label_line)
        poster = self._poster(still, timeline, frame, work.scratch, story.source)
        subtitles = _write_subtitles(cues, params.language, work.scratch)
        return ItemResult(
            outputs=(
                Output("video", video, "video/mp4"),
                Output("poster", poster, "image/jpeg"),
                Output("subtitles_srt", subtitles[0], "application/x-subrip"),
                Output("subtitles_vtt", subtitles[1], "text/vtt"),
                Output("label", label.written(work.scratch / "label.json"), "application/json"),
            ),
            attributes={
                "width": frame[0],
                "height": frame[1],
                "fps": params.fps,
                "duration_s": round(timeline.frame_count / params.fps, 3),
                "loudness_lufs": round(loudness, 2),
                "scenes": len(story.scenes),
                "digital_source": story.source.value,
                "warnings": [*_warnings(typesetter, story), *(music.warnings if music else ()), *label.warnings],
            },
        )

    def _music(self, story: FilmInputs, params: VideoNarratedParams, seed: int) -> Music | None:
        """The story's own track, or a built-in bed that the seed chooses."""
        if not params.music:
            return None
        if story.music:
            return survey(story.music, "music")
        return built_in(self._tracks, params.music_mood, seed)

    def _label_line(self, label: Label, frame: tuple[int, int]) -> TitleText | None:
        """What the title card says of how the film was made; None where people are not told."""
        if not label.is_shown:
            return None
        return set_label(label, Typesetter(self._fonts, label.language, WEIGHT), frame)

    def _poster(
        self, film: Film, timeline: Timeline, frame: tuple[int, int], scratch: Path, source: DigitalSource
    ) -> Path:
        planes, path = Planes.empty(*frame), scratch / "poster.jpg"
        film.paint(round(timeline.title_card_s * POSTER_SHARE * timeline.fps), planes)
        write_poster(planes, path, source)
        check_picture(path, frame)
        return path


def _named(model: ModelFiles, prefix: str) -> dict[str, Path]:
    """The model's files whose short name starts with `prefix`, by the rest of it."""
    return {name.removeprefix(prefix): path for name, path in model.files.items() if name.startswith(prefix)}


def _write_subtitles(cues: list[SubtitleCue], language: str, scratch: Path) -> tuple[Path, Path]:
    paths = scratch / "subtitles.srt", scratch / "subtitles.vtt"
    for path, text in zip(paths, (srt(cues, language), vtt(cues, language)), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
        check_subtitles(path, len(cues))
    return paths


def _warnings(typesetter: Typesetter, story: FilmInputs) -> list[JsonValue]:
    """What a person should know about how the film looks."""
    said = [segment.text for scene in story.scenes for segment in scene.segments]
    missing = typesetter.missing("".join([story.title, *said]))
    return [f"no font draws U+{ord(one):04X}; it shows as an empty box" for one in missing[:20]]
