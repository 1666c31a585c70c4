"""What fits a port."""

from __future__ import annotations

import pytest

from include.contract.article import Article
from include.contract.dialogue import Dialogue
from include.contract.ports import JSON_TYPE, TEXT_TYPE, OutputSpec, Port, Shape


@pytest.mark.parametrize(
    ("shape", "takes"),
    [
        (Shape.ONE, "image"),
        (Shape.EACH, "image"),
        (Shape.PARTS, "image"),
        (Shape.FAMILY, "image/"),
        (Shape.SPLIT, "image/"),
    ],
)
def test_only_a_port_of_numbered_outputs_takes_a_family(shape: Shape, takes: str) -> None:
    assert Port("image", shape).takes == takes


def test_a_port_may_take_an_output_of_another_name() -> None:
    assert Port("text", Shape.SPLIT, output="narration").takes == "narration/"


@pytest.mark.parametrize(
    ("port", "counts"),
    [
        (Port("image", Shape.EACH), True),
        (Port("text", Shape.SPLIT), True),
        (Port("text", Shape.SPLIT, is_optional=True), False),
        (Port("text", Shape.SPLIT, step=-1), False),
        (Port("image", Shape.EACH, step=1), False),
        (Port("text", Shape.FAMILY), False),
        (Port("script"), False),
    ],
)
def test_items_are_counted_by_what_each_of_them_has(port: Port, counts: bool) -> None:
    assert port.counts_items is counts


@pytest.mark.parametrize(
    ("port", "fits"),
    [
        (Port("script"), True),
        (Port("script", media_types=(TEXT_TYPE, JSON_TYPE)), True),
        (Port("script", media_types=(TEXT_TYPE,)), False),
        (Port("script", document=Article), True),
        (Port("script", document=Dialogue), False),
        (Port("script", media_types=(TEXT_TYPE,), document=Article), False),
    ],
)
def test_a_port_takes_the_types_that_it_names(port: Port, fits: bool) -> None:
    assert port.takes_type_of(OutputSpec("script", JSON_TYPE, Article)) is fits


def test_types_are_told_in_words() -> None:
    assert Port("script", media_types=(JSON_TYPE,), document=Article).type_name == "Article as application/json"
    assert Port("image", media_types=("image/png", "image/jpeg")).type_name == "image/png or image/jpeg"
    assert Port("image").type_name == "of any type"
    assert OutputSpec("script", JSON_TYPE, Article).type_name == "Article as application/json"
    assert OutputSpec("title", TEXT_TYPE).type_name == TEXT_TYPE
