from __future__ import annotations

import pytest
from pydantic import ValidationError

from include.contract.clips import ClipFacts

FACTS = {
    "place": "part",
    "width": 426,
    "height": 240,
    "fps": 30,
    "frames": 36,
    "digital_source": "algorithmicMedia",
    "cues": [{"start_s": 0.0, "end_s": 1.2, "lines": ["Bees fly far."]}],
}


def test_facts_say_what_a_clip_is_and_may_say_more() -> None:
    facts = ClipFacts.model_validate({**FACTS, "seen": "a bee"})
    assert ClipFacts.model_validate_json(facts.model_dump_json()) == facts
    assert facts.cues[0].lines == ("Bees fly far.",)


def test_only_an_intro_or_an_outro_says_that_it_has_sound_so_that_all_others_keep_their_bytes() -> None:
    silent, heard = (ClipFacts.model_validate({**FACTS, **more}) for more in ({}, {"has_sound": True}))
    assert "has_sound" not in silent.model_dump_json()
    assert ClipFacts.model_validate_json(heard.model_dump_json()).has_sound


@pytest.mark.parametrize("wrong", [{"place": "middle"}, {"frames": 0}, {"width": -2}, {"digital_source": "mine"}])
def test_a_clip_has_a_place_a_size_and_frames(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ClipFacts.model_validate({**FACTS, **wrong})
