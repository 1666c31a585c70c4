from __future__ import annotations

from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.entries import Entry
from include.contract.errors import BadRequest
from include.contract.yaml12 import read_yaml
from operators.briefs.brief import BriefRefused
from operators.briefs.brief_files import entry_in_file, placed
from tests.operators.conftest import films

TEXT = """\
topic: Tea
scenes: 999
script:
  title: Tea
  scenes:
    - narration: One.
      tempo: 3
"""


def silent(brief: Brief) -> Entry:
    return Entry(brief=brief)


def told(text: str, **settings: Any) -> list[str]:
    with pytest.raises(BadRequest) as caught:
        entry_in_file(read_yaml(text, "tea.yaml"), films(**settings), silent)
    return str(caught.value).splitlines()


def test_each_mistake_of_a_brief_has_the_line_on_which_it_stands() -> None:
    assert [line.partition("`: ")[0] for line in told(TEXT)] == [
        "tea.yaml, line 2: `scenes",
        "tea.yaml, line 7: `script.scenes.0.tempo",
    ]


@pytest.mark.parametrize("field", ["9" * 5000, "0", "script.9999999999"])
def test_a_field_called_by_a_number_is_a_mistake_as_any(field: str) -> None:
    (line,) = told(f"topic: Tea\n? '{field}'\n: 1\n")
    assert line.startswith("tea.yaml, line ")


def test_what_is_missing_has_the_line_of_what_it_is_missing_from() -> None:
    cards = {"stages": {"text": {"recipe": "caption.product"}}, "brief": {}}
    (line,) = told("language: en\nproduct:\n  price: 2\n", **cards)
    assert line.startswith("tea.yaml, line 2: `product.name`: is missing")


def test_a_mistake_of_the_whole_brief_stands_at_its_beginning() -> None:
    assert told("language: en\n") == ["tea.yaml, line 1: needs a `topic`, or a `script` with narration in its scenes"]


@pytest.mark.parametrize("text", ["", "- topic: Tea\n", "Tea\n"])
def test_what_is_no_mapping_is_no_brief(text: str) -> None:
    (line,) = told(text)
    assert line.startswith("tea.yaml, line 1: ")


def test_a_brief_that_is_right_is_taken() -> None:
    assert entry_in_file(read_yaml("topic: Tea\n", "tea.yaml"), films(), silent).brief.topic == "Tea"


def test_what_is_wrong_elsewhere_has_no_line_of_the_brief() -> None:
    document = read_yaml("topic: Tea\n", "tea.yaml")
    elsewhere = BadRequest("calendar.csv: is empty")
    assert placed(elsewhere, document) is elsewhere
    assert str(placed(BriefRefused(["topic: is empty"]), document)) == "tea.yaml, line 1: `topic`: is empty"
