"""`audio.podcast`: speech, a picture and music become an episode: two audio files, transcripts, chapters, a cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

from include.contract.digital_source import made_of
from include.contract.labels import Labelling
from include.contract.params import AudioPodcastParams
from include.contract.voices import resolve_voice
from include.runtime.labels.label import Label, label_of
from include.runtime.media.audio import SAMPLE_RATE_HZ, Block
from include.runtime.media.levelling import level
from include.runtime.media.loudness import Loudness
from include.runtime.media.music import Music, built_in, survey
from include.runtime.media.typesetting import Typesetter
from include.runtime.own.music import player_within
from include.runtime.podcast.announcement import Announcer
from include.runtime.podcast.checks import (
    check_chapters,
    check_cover,
    check_page,
    check_peak,
    check_sound,
    check_tags,
    check_vtt,
)
from include.runtime.podcast.cover import write_cover
from include.runtime.podcast.cover_text import TITLE
from include.runtime.podcast.encoding import write_m4a, write_mp3
from include.runtime.podcast.episode import Episode, read_episode
from include.runtime.podcast.mix import Mix
from include.runtime.podcast.schedule import Schedule, lay_out
from include.runtime.podcast.tags import Tags, code_of
from include.runtime.podcast.transcript import chapters_of, cues_of, html_of, vtt_of
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Output, Work

FONT, TRACK = "font-", "music-"
CEILING_DBTP = -2.0
"""Room for what both encoders add to the true peaks, of most sounds."""


class AudioPodcastStage(ItemStage):
    """Mixes episodes; its model is the music that one may play, the voices that say the label, and fonts."""

    def setup(self, model: ModelFiles) -> None:
        """Take the registered tracks, voices and fonts."""
        super().setup(model)
        self._announcer = Announcer(model.files)
        self._tracks, fonts = (
            {name.removeprefix(kind): path for name, path in model.files.items() if name.startswith(kind)}
            for kind in (TRACK, FONT)
        )
        self._typesetter = cache(lambda language, weight: Typesetter(fonts, language, weight))

    def teardown(self) -> None:
        """End what said the labels."""
        self._announcer.close()

    def make_item(self, work: Work) -> ItemResult:
        """Mix one episode."""
        params = AudioPodcastParams.model_validate(work.params)
        episode, label = self._labelled(read_episode(work.inputs), params, work.scratch)
        music = self._music(episode, params, work)
        schedule = lay_out(episode, music is not None, params.line_pause_s, params.chapter_pause_s)
        cover = work.scratch / "cover.jpg"
        setter = partial(self._typesetter, params.language)
        cover_px = write_cover(episode.image, params.show, episode.dialogue.title, setter, cover)
        check_cover(cover, cover_px)
        tags = _tags(episode, schedule, params, cover, label)
        audio, loudness = _audio(Mix(episode, schedule, music), schedule, params, tags, work)
        return ItemResult(
            outputs=(
                *audio,
                *_words(episode, schedule, params.language, label, work.scratch),
                _output("cover", cover),
                _output("label", label.written(work.scratch / "label.json")),
            ),
            attributes={
                "duration_s": round(schedule.duration_s, 3),
                "loudness_lufs": round(loudness.integrated_lufs, 2),
                "true_peak_dbtp": round(loudness.true_peak_dbtp, 2),
                "lines": len(episode.lines),
                "chapters": len(schedule.chapters),
                "music": music.name if music else None,
                "digital_source": label.source.value,
                "warnings": [
                    *(music.warnings if music else ()),
                    *label.warnings,
                    *_undrawn(params.show, episode, setter),
                ],
                "cover_px": cover_px,
            },
        )

    def _labelled(self, episode: Episode, params: AudioPodcastParams, folder: Path) -> tuple[Episode, Label]:
        """The episode as listeners hear it, and what it says of how it was made."""
        if params.label is Labelling.NONE:
            return episode, label_of(episode.source, params.language, params.label)
        voice = resolve_voice(params.voice, params.language)
        label = label_of(made_of(episode.source, voice.engine.digital_source), params.language, params.label)
        return self._announcer.announced(episode, label, voice, folder), label

    def _music(self, episode: Episode, params: AudioPodcastParams, work: Work) -> Music | None:
        """The brief's own track, or a built-in bed that the seed chooses."""
        if not params.music:
            return None
        if episode.music:
            return survey(episode.music, "music", player_within(work.limits))
        return built_in(self._tracks, params.music_mood, work.seed(0))


_TYPES = {
    "audio_mp3": "audio/mpeg",
    "audio_m4a": "audio/mp4",
    "transcript_vtt": "text/vtt",
    "transcript_html": "text/html",
    "chapters": "application/json+chapters",
    "cover": "image/jpeg",
    "label": "application/json",
}


def _output(name: str, path: Path) -> Output:
    return Output(name, path, _TYPES[name])


def _undrawn(show: str, episode: Episode, setter: Callable[[int], Typesetter]) -> list[str]:
    """A warning for each character of the cover that no font can draw."""
    missing = setter(TITLE.weight).missing(show + episode.dialogue.title)
    return [f"no font draws U+{ord(one):04X}; it shows as an empty box" for one in missing[:20]]


def _tags(episode: Episode, schedule: Schedule, params: AudioPodcastParams, cover: Path, label: Label) -> Tags:
    dialogue = episode.dialogue
    return Tags(
        title=dialogue.title,
        author=params.author,
        show=params.show,
        description=dialogue.description,
        language=code_of(params.language),
        cover=cover,
        chapters=schedule.chapters,
        comment=label.comment,
    )


def _audio(
    mix: Mix, schedule: Schedule, params: AudioPodcastParams, tags: Tags, work: Work
) -> tuple[tuple[Output, Output], Loudness]:
    """Both audio files, and what was measured of the first."""
    mp3, m4a = work.scratch / "episode.mp3", work.scratch / "episode.m4a"
    heard: dict[Path, Loudness] = {}

    def told(sound: Iterator[Block]) -> Iterator[Block]:
        position = 0
        for block in sound:
            yield block
            position += block.shape[1]
            work.tell(min(1.0, position / SAMPLE_RATE_HZ / schedule.duration_s))

    def checked() -> Loudness:
        check = partial(check_sound, duration_s=schedule.duration_s, loudness_lufs=params.loudness_lufs)
        with ThreadPoolExecutor(2) as threads:
            heard.update(zip((mp3, m4a), threads.map(check, (mp3, m4a)), strict=True))
        return max(heard.values(), key=lambda found: found.true_peak_dbtp)

    writers = (lambda sound: write_mp3(mp3, sound, tags), lambda sound: write_m4a(m4a, told(sound), tags))
    level(mix.blocks, params.loudness_lufs, CEILING_DBTP, writers, checked)
    for path, found in heard.items():
        check_peak(path, found)
        check_tags(path, tags)
    return (_output("audio_mp3", mp3), _output("audio_m4a", m4a)), heard[mp3]


def _words(episode: Episode, schedule: Schedule, language: str, label: Label, scratch: Path) -> list[Output]:
    cues = cues_of(episode, schedule)
    vtt = _written(scratch / "transcript.vtt", vtt_of(cues, language))
    check_vtt(vtt, len(cues))
    page = _written(scratch / "transcript.html", html_of(episode, schedule, language, label))
    check_page(page, episode, schedule, label)
    chapters = _written(scratch / "chapters.json", chapters_of(episode.dialogue.title, schedule))
    check_chapters(chapters, schedule.chapters)
    return [_output("transcript_vtt", vtt), _output("transcript_html", page), _output("chapters", chapters)]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
