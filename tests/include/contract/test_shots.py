from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from include.contract.shots import Shot, shot_outputs, shots_of

SCENES = st.lists(st.tuples(st.sampled_from(["a river", "a bee", "the sea"]), st.sampled_from("abcd")), max_size=8)


def asked(scenes: list[tuple[str, str]]) -> list[tuple[str, Shot | None]]:
    """What decides each picture besides the look."""
    return [(prompt, shot) for (prompt, _), shot in zip(scenes, shots_of(scenes), strict=True)]


def test_a_scene_unlike_those_before_it_has_no_shot() -> None:
    assert shots_of([("a river", "It bends."), ("a bee", "It hums."), ("A river", "It flows.")]) == [None, None, None]
    assert shot_outputs([("a river", "It bends.")]) == []


def test_scenes_with_one_prompt_have_shots_of_their_own_words() -> None:
    first, second, third = shots_of([("a river", "It bends."), ("a river", "It flows."), ("a river", "It flows.")])
    assert first is None
    assert second is not None
    assert third is not None
    assert second != third


def test_shots_are_numbered_as_the_scenes_are() -> None:
    scenes = [("a river", "It bends."), ("a bee", "It hums."), ("a river", "It flows.")]
    ((name, body, media_type),) = shot_outputs(scenes)
    assert (name, media_type) == ("shot/03", "application/json")
    assert Shot.model_validate_json(body) == shots_of(scenes)[2]


@given(SCENES)
def test_no_picture_is_asked_for_twice(scenes: list[tuple[str, str]]) -> None:
    pictures = asked(scenes)
    assert all(pictures.count(picture) == 1 for picture in pictures)


@given(SCENES, st.tuples(st.sampled_from(["a river", "a city"]), st.sampled_from("xy")), st.integers(0, 8))
def test_a_scene_put_in_moves_no_others_picture(
    scenes: list[tuple[str, str]], fresh: tuple[str, str], place: int
) -> None:
    place = min(place, len(scenes))
    if fresh[0] not in [prompt for prompt, _ in scenes[:place]]:
        place = next((n for n, (prompt, _) in enumerate(scenes, start=1) if prompt == fresh[0]), place)
    more = asked([*scenes[:place], fresh, *scenes[place:]])
    assert [*more[:place], *more[place + 1 :]] == asked(scenes)
