from __future__ import annotations

import pytest

from include.contract.errors import CheckFailed
from include.runtime.pages.reading import read_page


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<main><p>x</main></p>", "closes <main>"),
        ("<main><p>x</p>", "leaves <main> open"),
        ("<p>x</p></main>", "closes <main>"),
    ],
)
def test_elements_are_closed_in_order(html: str, says: str) -> None:
    with pytest.raises(CheckFailed, match=says):
        read_page(html)


def test_all_that_a_page_asks_for_is_found() -> None:
    page = read_page('<link href="a"><img src="b" srcset="c 1w, d 2w" onerror="x()"><p style="color: red">1 &lt; 2</p>')
    assert page.addresses == ["a", "b", "c", "d"]
    assert page.handlers == ["onerror"]
    assert page.texts["p"] == ["1 < 2"]
    assert page.style == "color: red"
