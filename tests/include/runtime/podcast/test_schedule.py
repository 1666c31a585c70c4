from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from include.runtime.podcast.episode import read_episode
from include.runtime.podcast.schedule import INTRO_S, LEAD_S, OUTRO_S, TAIL_S, lay_out
from tests.include.runtime.podcast.parts import LINES, inputs_of


def test_nobody_talks_over_another_and_a_chapter_has_a_longer_pause(tmp_path: Path) -> None:
    schedule = lay_out(read_episode(inputs_of(tmp_path)), has_music=False, line_pause_s=0.4, chapter_pause_s=1.4)
    gaps_s = [after - before - 2.0 for before, after in pairwise(schedule.starts_s)]
    assert gaps_s == pytest.approx([0.4, 1.4, 0.4])
    assert (schedule.talk_start_s, schedule.duration_s - schedule.talk_end_s) == pytest.approx((LEAD_S, TAIL_S))
    assert [(one.title, one.start_s) for one in schedule.chapters] == [
        ("Welcome", 0.0),
        ("Humming", schedule.starts_s[2]),
    ]
    assert schedule.chapters[-1].end_s == schedule.duration_s


def test_music_needs_room_at_both_ends(tmp_path: Path) -> None:
    schedule = lay_out(read_episode(inputs_of(tmp_path)), has_music=True, line_pause_s=0, chapter_pause_s=0)
    assert (schedule.talk_start_s, schedule.duration_s - schedule.talk_end_s) == pytest.approx((INTRO_S, OUTRO_S))


def test_what_comes_before_the_first_chapter_is_called_as_the_episode(tmp_path: Path) -> None:
    lines = [(1, "Hello.", None), *LINES[2:]]
    chapters = lay_out(read_episode(inputs_of(tmp_path, lines)), False, 0.4, 1.4).chapters
    assert [one.title for one in chapters] == ["Bees", "Humming"]
