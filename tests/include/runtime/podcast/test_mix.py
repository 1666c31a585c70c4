from __future__ import annotations

from pathlib import Path

import numpy as np

from include.runtime.media.audio import SAMPLE_RATE_HZ
from include.runtime.podcast.episode import read_episode
from include.runtime.podcast.mix import DUCKED_DB, Mix, music_db
from include.runtime.podcast.schedule import lay_out
from tests.include.runtime.podcast.parts import LINES, inputs_of


def test_each_line_is_heard_in_its_time_and_silence_between(tmp_path: Path) -> None:
    episode = read_episode(inputs_of(tmp_path))
    schedule = lay_out(episode, False, 0.4, 1.4)
    sound = np.concatenate(list(Mix(episode, schedule, None).blocks()), axis=1)
    assert sound.shape == (2, round(schedule.duration_s * SAMPLE_RATE_HZ))
    times_s = np.arange(sound.shape[1]) / SAMPLE_RATE_HZ
    spoken = np.zeros(len(times_s), bool)
    for start_s in schedule.starts_s:
        spoken |= (times_s > start_s - 0.01) & (times_s < start_s + 2.01)
    assert np.abs(sound[:, ~spoken]).max() == 0
    assert all(np.abs(sound[0, round((at + 1) * SAMPLE_RATE_HZ) :][:999]).max() > 0.05 for at in schedule.starts_s)


def test_music_comes_in_makes_way_leaves_and_comes_back(tmp_path: Path) -> None:
    schedule = lay_out(read_episode(inputs_of(tmp_path, LINES * 3)), True, 0.4, 1.4)
    first_s, last_s = schedule.talk_start_s, schedule.talk_end_s
    at_s = [0, 2, first_s, (first_s + last_s) / 2, last_s, last_s + 2, schedule.duration_s]
    start, intro, under, middle, closing, outro, end = music_db(np.array(at_s), schedule)
    assert max(start, middle, end) < -60
    assert intro == outro == 0
    assert under == closing == DUCKED_DB


def test_however_short_the_talk_music_never_covers_it(tmp_path: Path) -> None:
    schedule = lay_out(read_episode(inputs_of(tmp_path, LINES[:1])), True, 0.4, 1.4)
    levels_db = music_db(np.linspace(schedule.talk_start_s, schedule.talk_end_s, 50), schedule)
    assert levels_db.max() <= DUCKED_DB
