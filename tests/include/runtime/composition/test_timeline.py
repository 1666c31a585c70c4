from __future__ import annotations

import pytest

from include.runtime.composition.timeline import lay_out


def test_a_film_is_as_long_as_its_title_card_speech_and_pauses() -> None:
    timeline = lay_out([3.21, 1.07], title_card_s=2.5, scene_pause_s=0.6, fps=30)
    assert timeline.duration_s == pytest.approx(2.5 + 3.21 + 0.6 + 1.07 + 0.6)
    assert abs(timeline.frame_count / 30 - timeline.duration_s) <= 0.5 / 30
    assert abs(timeline.sample_count / 48_000 - timeline.duration_s) <= 0.5 / 48_000


@pytest.mark.parametrize("fps", [10, 25, 30, 60])
def test_cross_fades_lie_within_the_pauses(fps: int) -> None:
    timeline = lay_out([2.0, 2.0, 2.0], title_card_s=2.5, scene_pause_s=0.6, fps=fps)
    for before, scene, shot in zip(timeline.scenes, timeline.scenes[1:], timeline.shots[2:], strict=False):
        assert shot.first_frame / fps >= before.speech_end_s - 0.5 / fps
        assert shot.first_frame + shot.fade_in_frames == round(scene.start_s * fps)


def test_without_pauses_scenes_are_cut_and_every_frame_has_a_shot() -> None:
    timeline = lay_out([1.0, 1.03], title_card_s=0.5, scene_pause_s=0.0, fps=30)
    assert timeline.shots[2].fade_in_frames == 0
    seen = {frame for shot in timeline.shots for frame in range(shot.first_frame, shot.end_frame)}
    assert seen == set(range(timeline.frame_count))
