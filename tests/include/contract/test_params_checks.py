from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from include.contract.brief import Language, Topic
from include.contract.canonical import NEUTRAL
from include.contract.labels import Labelling
from include.contract.params_checks import wrong_params
from include.contract.recipes import BUILT_IN
from include.contract.values import Aspect, Closed


class Metre(StrEnum):
    HAIKU = "haiku"
    TANKA = "tanka"


class Fine(Closed):
    topic: Topic | None = None
    language: Language = "en"
    aspect: Aspect = Aspect.WIDE
    label: Labelling = Labelling.SHOWN
    metre: Annotated[Metre, Field(json_schema_extra={NEUTRAL: "haiku"})] = Metre.TANKA
    """Came later: before, there were haiku alone."""
    pace: Annotated[float, Field(gt=0, json_schema_extra={NEUTRAL: 1.0})] = 0.5


class Needed(Closed):
    topic: str
    poet: str


def params(base: type[BaseModel] = Closed, config: ConfigDict | None = None, **fields: Any) -> Any:
    """Parameters with `fields`: (type, default)."""
    annotations = {name: annotation for name, (annotation, _) in fields.items()}
    defaults = {name: default for name, (_, default) in fields.items() if default is not ...}
    own = {"model_config": config} if config else {}
    return type("Params", (base,), {"__module__": __name__, "__annotations__": annotations, **defaults, **own})


@pytest.mark.parametrize("fine", [*(recipe.params for recipe in BUILT_IN), Fine, Needed])
def test_parameters_that_keep_the_rules(fine: type[Closed]) -> None:
    assert list(wrong_params(fine)) == []


LATER = Field(json_schema_extra={NEUTRAL: 0})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (dict, "`params` is not a class that derives from `Closed` (found <class 'dict'>)"),
        (params(BaseModel), "is not a class that derives from `Closed`"),
        (params(config=ConfigDict(extra="ignore")), "`params`: its `model_config` changes `extra`; allowed: forbid"),
        (params(config=ConfigDict(frozen=False)), "`params`: its `model_config` changes `frozen`; allowed: True"),
        (params(lines=(Annotated[int, Field(alias="n")], 3)), "`params.lines` has an alias; remove it"),
        (params(variation=(int, 0)), "`params.variation` is a field that names a brief or its take"),
        (
            params(scenes=(str, "two")),
            "`params.scenes` is read from each brief, but does not accept the brief's default: is",
        ),
        (
            params(label=(str, "none")),
            "`params.label` is the content type's setting for labels; allowed: a `Labelling`",
        ),
        (params(lines=(Annotated[int, LATER], ...)), "`params.lines` has a neutral value but no default; give it one"),
        (params(lines=(Annotated[int, Field(ge=1), LATER], 3)), "`params.lines` cannot have its neutral value: is too"),
        (params(lines=(Annotated[str, LATER], "3")), "`params.lines` cannot have its neutral value: is not text"),
        (params(lines=(Annotated[bool, LATER], True)), "no mistake"),
        (params(day=(date | None, date(2026, 11, 28))), "`params`: its defaults cannot be hashed: a date cannot be"),
        (params(pace=(float, float("nan"))), "`params`: its defaults cannot be hashed: nan cannot be hashed"),
        (params(words=(frozenset[str], frozenset("a"))), "cannot be hashed: a frozenset cannot be hashed"),
    ],
)
def test_parameters_that_break_a_rule_are_refused_with_what_is_allowed(wrong: Any, told: str) -> None:
    found = "; ".join(wrong_params(wrong)) or "no mistake"
    assert told in found


def test_a_neutral_value_that_no_value_ever_equals_is_refused() -> None:
    class Trimmed(Closed):
        motto: Annotated[tuple[str, ...], Field(json_schema_extra={NEUTRAL: ["spring"]})] = ()

    assert "; ".join(wrong_params(Trimmed)) == (
        "`params.motto` has a neutral value that is read as a different one (found ['spring']); write ('spring',)"
    )
