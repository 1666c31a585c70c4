from __future__ import annotations

from typing import Any

import pytest

from include.contract.errors import BadRequest
from operators.review.answer import ids_in, refuse_unless_none, wrong_fields, wrong_ids

OPTIONS = ("Approve", "Reject")


@pytest.mark.parametrize("fields", [None, {}, {"why": None}, {"why": ""}, {"why": "fine"}])
def test_what_airflows_form_sends_is_right(fields: Any) -> None:
    assert list(wrong_fields({"chosen_options": ["Approve"], "params_input": fields}, OPTIONS, ["why"])) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"chosen_options": ["Aprove"]},
            "'Aprove' is not an answer to this question; did you mean `Approve`? ",
        ),
        ({"params_input": {"why": None, "x": "x"}}, "'x' is not a field of this question; allowed: why"),
        ({"params_input": {"reason": "x"}}, "`why` is missing; send it empty"),
        ({"params_input": {"why": 7}}, "`why` is not text (found 7); allowed: text, or nothing"),
        ({"params_input": {"why": "x" * 2001}}, "`why` has 2001 characters; allowed: 2000"),
    ],
)
def test_what_a_program_answers_otherwise_is_told(changed: dict[str, Any], said: str) -> None:
    event = {"chosen_options": ["Approve"], "params_input": {}} | changed
    assert said in "\n".join(wrong_fields(event, OPTIONS, ["why"]))


def test_ids_are_parted_by_what_people_write_between_them() -> None:
    assert ids_in(" honey,tea;`owls`\nmug ") == ["honey", "tea", "owls", "mug"]
    assert ids_in(None) == ids_in("") == []


def test_ids_that_were_not_asked_about_or_are_in_both_fields_are_told_one_by_one() -> None:
    named = {"reject": ["honny", "tea"], "remake": ["tea", *(f"x{number}" for number in range(30))]}
    told = list(wrong_ids(named, ["honey", "tea"]))
    assert told[0] == "`honny` was not asked about; did you mean `honey`? allowed: ids that the form lists"
    assert told[-2:] == ["and 11 more that were not asked about", "`tea` is named in both fields; keep it in one"]
    assert len(told) == 22


def test_an_answer_without_mistakes_is_followed_and_another_is_refused_with_what_happens_next() -> None:
    refuse_unless_none(iter(()))
    with pytest.raises(BadRequest, match="nothing was decided; clear this task to be asked again:\n- one\n- two"):
        refuse_unless_none(iter(("one", "two")))
