"""Text as it is computed on: what is accepted once is accepted again, unchanged."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from include.contract.values import AtMost, CleanText, Closed, Open, TechnicalName, shortened

SHORT = CleanText(8)
LINE = CleanText(8, is_one_line=True)
MAYBE = CleanText(8, may_be_empty=True)
TEXTS: dict[CleanText, TypeAdapter[str]] = {each: TypeAdapter(Annotated[str, each]) for each in (SHORT, LINE, MAYBE)}
GROWING = "\u0958\ufb1d\U0001d15e"
"""Each is two or three characters in NFC."""


@pytest.mark.parametrize("kind", TEXTS)
@given(text=st.text() | st.text(alphabet=GROWING + "a\u0301\u1100\u1161 \r\n\t", max_size=20))
@example(text="\u0958" * 8)
@example(text="a\rb")
def test_what_is_accepted_is_accepted_again(kind: CleanText, text: str) -> None:
    try:
        cleaned = TEXTS[kind].validate_python(text)
    except ValidationError:
        return
    assert len(cleaned) <= 8
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert TEXTS[kind].validate_json(TEXTS[kind].dump_json(cleaned)) == cleaned


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (SHORT, "e\u0301" * 8, "é" * 8),
        (SHORT, "\u1112\u1161\u11ab" * 8, "한" * 8),
        (SHORT, f"{' ' * 100}bee{chr(10) * 100}", "bee"),
        (SHORT, "a\r\nb", "a\nb"),
        (MAYBE, " ", ""),
    ],
)
def test_limits_are_those_of_the_text_that_is_computed_on(kind: CleanText, written: str, read: str) -> None:
    assert TEXTS[kind].validate_python(written) == read


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (SHORT, "\u0958" * 5, "has 10 characters; allowed: at most 8 characters"),
        (SHORT, "x" * 10**6, "has 1000000 characters"),
        (SHORT, " ", "is empty"),
        (LINE, "a\rb", "has a line break or a tab"),
        (MAYBE, "\x00", r"control character U\+0000 at position 0"),
        (SHORT, "\ud800", r"control character U\+D800"),
    ],
)
def test_other_text_is_refused(kind: CleanText, text: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        TEXTS[kind].validate_python(text)


def test_marks_without_end_are_refused_before_they_are_sorted() -> None:
    long: TypeAdapter[Any] = TypeAdapter(Annotated[str, CleanText(1_000_000)])
    with pytest.raises(ValidationError, match="more than 300 combining marks in a row at position 301"):
        long.validate_python("a" + "\u0301\u0323" * 499_999)


def test_the_limit_stands_in_the_schema_of_forms() -> None:
    assert TEXTS[SHORT].json_schema() == {"type": "string", "maxLength": 8}


@pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\x00b", "\ud800", "x" * 1025])
def test_a_technical_name_is_printable_and_stays_as_it_is(name: str) -> None:
    names: TypeAdapter[str] = TypeAdapter(TechnicalName)
    assert names.validate_python("e\u0301/My File.mp3") == "e\u0301/My File.mp3"
    with pytest.raises(ValidationError):
        names.validate_python(name)


FEW: TypeAdapter[Any] = TypeAdapter(Annotated[tuple[int, ...], Field(min_length=1), AtMost(3)])
FEW_NAMED: TypeAdapter[Any] = TypeAdapter(Annotated[dict[str, int], AtMost(3)])


@pytest.mark.parametrize("kind", [FEW, FEW_NAMED])
@pytest.mark.parametrize(
    "parts", [["x"] * 10**6, {f"k{number}": "x" for number in range(10**5)}], ids=["list", "mapping"]
)
def test_of_what_is_too_long_one_mistake_is_told(kind: TypeAdapter[Any], parts: object) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.validate_python(parts)
    assert caught.value.error_count() == 1
    assert "allowed: at most 3" in str(caught.value)


def test_what_is_short_enough_is_looked_into() -> None:
    assert FEW.validate_python([1, 2, 3]) == (1, 2, 3)
    assert FEW_NAMED.validate_python({"a": 1}) == {"a": 1}
    with pytest.raises(ValidationError, match="at least 1 item"):
        FEW.validate_python([])
    assert FEW.json_schema()["maxItems"] == FEW_NAMED.json_schema()["maxProperties"] == 3


@pytest.mark.parametrize("base", [Open, Closed])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), "inf", "nan"])
def test_no_model_of_the_contract_holds_a_number_that_is_not_finite(base: type[Any], number: object) -> None:
    class Measured(base):  # type: ignore[misc]
        seconds: float = 0.0
        more: dict[str, JsonValue] = {}

    with pytest.raises(ValidationError, match="finite"):
        Measured(seconds=number)
    if isinstance(number, float):
        with pytest.raises(ValidationError):
            Measured(more={"a": [number]})


@given(st.text(alphabet=st.characters(), max_size=50), st.integers(3, 60))
def test_shortened_text_fits_and_can_be_written(text: str, most_bytes: int) -> None:
    short = shortened(text, most_bytes).encode()
    assert len(short) <= most_bytes
    if len(text.encode(errors="replace")) <= most_bytes:
        assert short == text.encode(errors="replace")
