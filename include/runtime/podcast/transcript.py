"""The episode in writing: WebVTT with voices, a web page, and the chapters as the podcast namespace wants them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from include.contract.dialogue import Dialogue, DialogueLine
from include.contract.direction import directed, direction_of
from include.runtime.labels.label import Label
from include.runtime.pages.templating import templates_in
from include.runtime.podcast.episode import Episode
from include.runtime.podcast.schedule import Schedule

CHAPTERS_VERSION = "1.2.0"
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class TranscriptCue:
    """What is said from when to when, and by whom."""

    start_s: float
    end_s: float
    name: str
    text: str
    language: str | None = None
    """Set if it differs from the episode's."""


def cues_of(episode: Episode, schedule: Schedule) -> list[TranscriptCue]:
    """One cue for each timed piece of a line; a line without timing is one cue."""
    cues = []
    for spoken, start_s in zip(episode.lines, schedule.starts_s, strict=True):
        name = name_of(spoken.line, episode.dialogue)
        timed = [(one.start_s, one.end_s, one.text) for one in spoken.segments if one.text.strip()]
        for begin_s, end_s, text in timed or [(0.0, spoken.speech_s, spoken.line.text)]:
            cues.append(
                TranscriptCue(start_s + begin_s, start_s + min(end_s, spoken.speech_s), name, text, spoken.language)
            )
    return cues


def name_of(line: DialogueLine, dialogue: Dialogue) -> str:
    """Name of who says `line`."""
    return dialogue.speakers[line.speaker - 1]


def vtt_of(cues: list[TranscriptCue], language: str) -> str:
    """The cues as WebVTT (W3C), each in a voice span."""
    shown = [
        f"{_clock(cue.start_s)} --> {_clock(max(cue.end_s, cue.start_s + 0.001))}\n"
        f"<v {_escaped(cue.name)}>{_cue_text(cue, language)}</v>\n"
        for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *shown])


def _cue_text(cue: TranscriptCue, language: str) -> str:
    if cue.language in (None, language):
        return _escaped(directed(cue.text, language))
    return f"<lang {cue.language}>{_escaped(directed(cue.text, cue.language))}</lang>"


def html_of(episode: Episode, schedule: Schedule, language: str, label: Label) -> str:
    """The transcript as one page: a section per chapter, lines as the podcast namespace has them (`cite`, `time`, `p`).

    Its first line is the label if that is shown; the footer repeats it.
    """
    lines = list(zip(episode.lines, schedule.starts_s, strict=True))
    sections = [
        {
            "title": chapter.title,
            "lines": [
                {
                    "name": name_of(one.line, episode.dialogue),
                    "start_s": start_s,
                    "text": one.line.text,
                    "language": one.language or language,
                    "direction": direction_of(one.language or language).value,
                }
                for one, start_s in lines
                if chapter.start_s <= start_s < chapter.end_s
            ],
        }
        for chapter in schedule.chapters
    ]
    return _template().render(
        dialogue=episode.dialogue,
        language=language,
        direction=direction_of(language).value,
        label=label,
        label_direction=direction_of(label.language).value,
        sections=sections,
        style=_style(),
    )


def chapters_of(title: str, schedule: Schedule) -> str:
    """JSON chapters of the podcast namespace."""
    chapters = [{"startTime": round(one.start_s, 3), "title": one.title} for one in schedule.chapters]
    return json.dumps({"version": CHAPTERS_VERSION, "title": title, "chapters": chapters}, ensure_ascii=False, indent=1)


def _clock(time_s: float) -> str:
    milliseconds = round(time_s * 1000)
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{milliseconds % 1000:03d}"


def _escaped(text: str) -> str:
    """`text` on one line of a cue; `>` too, so that no arrow ends it."""
    one_line = " ".join(text.split())
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@cache
def _template() -> Template:
    # Everything is escaped but the style sheet, which is this package's own.
    return templates_in(_TEMPLATES).get_template("transcript.html")


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "transcript.css").read_text("utf-8"))
