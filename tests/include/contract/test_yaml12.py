"""YAML as its core schema has it, with the line of every value."""

from __future__ import annotations

import math

import pytest

from include.contract.errors import BadRequest
from include.contract.yaml12 import MAX_BYTES, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("16:9", "16:9"),
        ("2026-01-01", "2026-01-01"),
        ("0o17", 15),
        ("017", 17),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("-1.5e3", -1500.0),
        ("+12", 12),
        ("~", None),
        ("TRUE", True),
        ("'true'", "true"),
        ("-.inf", -math.inf),
        ("{<<: 1}", {"<<": 1}),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_plain_scalars_mean_what_the_core_schema_says(text: str, value: object) -> None:
    assert read_yaml(f"v: {text}", "f").value == {"v": value}


def test_every_value_knows_its_line() -> None:
    document = read_yaml("a:\n  - x\n  - y: 1\n    z: 2\n", "f")
    assert document.line(("a", 1, "z")) == 4
    assert document.line(("a", 1, "z", "deeper")) == 4


@pytest.mark.parametrize("text", ["? [a]\n: 1", "a: 1\n---\nb: 2", "a: \x00", "x" * (MAX_BYTES + 1)])
def test_what_is_not_one_plain_document_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="^f"):
        read_yaml(text, "f")
