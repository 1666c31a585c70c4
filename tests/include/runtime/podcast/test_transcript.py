from __future__ import annotations

import json
from pathlib import Path

from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling
from include.runtime.labels.label import label_of
from include.runtime.pages.reading import read_page
from include.runtime.podcast.episode import read_episode
from include.runtime.podcast.schedule import lay_out
from include.runtime.podcast.transcript import TranscriptCue, chapters_of, cues_of, html_of, vtt_of
from tests.include.runtime.podcast.parts import inputs_of

HOSTILE = "</p><script>alert(1)</script> & -->\n\n00:00 {{ 1 }}"


def test_no_text_gets_out_of_its_place(tmp_path: Path) -> None:
    lines = [(1, HOSTILE, HOSTILE), (2, "Yes.", None)]
    episode = read_episode(inputs_of(tmp_path, lines, title=HOSTILE, speakers=("<v Bob>", "a&b")))
    schedule = lay_out(episode, False, 0.4, 1.4)
    label = label_of(DigitalSource.TRAINED, "en", Labelling.SHOWN)
    page = read_page(html_of(episode, schedule, "en", label))
    texts = [HOSTILE, "Yes.", label.sentence]
    assert (page.texts["h1"], page.texts["h2"], page.texts["p"]) == ([HOSTILE], [HOSTILE], texts)
    assert page.metas["digitalSourceType"] == DigitalSource.TRAINED.uri
    assert (page.scripts, page.addresses, page.handlers) == ([], [], [])
    header, first, second = vtt_of(cues_of(episode, schedule), "en").split("\n\n")
    assert header == "WEBVTT"
    assert first.splitlines() == [
        "00:00:00.550 --> 00:00:02.400",
        "<v &lt;v Bob&gt;>&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; --&gt; 00:00 {{ 1 }}</v>",
    ]
    assert second.splitlines()[1] == "<v a&amp;b>Yes.</v>"
    listed = json.loads(chapters_of(HOSTILE, schedule))
    assert listed == {"version": "1.2.0", "title": HOSTILE, "chapters": [{"startTime": 0.0, "title": HOSTILE}]}


def test_a_page_is_read_in_its_languages_direction(tmp_path: Path) -> None:
    episode = read_episode(inputs_of(tmp_path))
    label = label_of(DigitalSource.ALGORITHMIC, "ar", Labelling.NONE)
    html = html_of(episode, lay_out(episode, False, 0.4, 1.4), "ar", label)
    assert read_page(html).root == {"lang": "ar", "dir": "rtl"}
    assert label.sentence not in html


def test_a_players_cue_of_a_right_to_left_language_is_read_from_the_right_whatever_it_begins_with() -> None:
    shown = vtt_of(
        [TranscriptCue(0.0, 1.0, "דנה", "YouTube הוא אתר, נכון?"), TranscriptCue(1.0, 2.0, "דנה", "כן.")], "he"
    )
    assert "<v דנה>\u200fYouTube הוא אתר, נכון?</v>" in shown
    assert "<v דנה>כן.</v>" in shown
