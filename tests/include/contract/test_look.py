"""What a look is."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from include.contract.look import Light, Look, Palette

LOOK = {"hero": "Bees", "palette": "meadow", "light": "day", "seed": 7}


def test_a_look_is_handed_on_as_it_was() -> None:
    look = Look(hero="Bees", palette=Palette.MEADOW, light=Light.DAY, seed=7)
    assert Look.model_validate_json(look.model_dump_json()) == look == Look.model_validate(LOOK)


@pytest.mark.parametrize(
    "wrong",
    [{"hero": ""}, {"palette": "neon"}, {"light": "noon"}, {"seed": -1}, {"seed": 2**63}, {"mood": "calm"}],
)
def test_what_no_illustrator_knows_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Look.model_validate(LOOK | wrong)
