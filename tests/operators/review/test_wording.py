from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from include.contract.review import Moment, OnTimeout, Review
from operators.review.wording import plain, timeout_told


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a link](javascript:alert(1)) ![x](http://x.example/y.png)",
        "# heading\n- list\n1. number\n> quote\n```code```",
        "*bold* _soft_ ~gone~ `code` | a | b | &lt; $x$",
        "see https://x.example and www.x.example",
    ],
)
def test_what_a_brief_says_is_shown_as_it_is(text: str) -> None:
    html = MarkdownIt("commonmark").render(plain(text))
    shown = html.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in shown
    unescaped = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == " ".join(text.split())


def test_a_form_says_what_happens_without_an_answer() -> None:
    review = Review(timeout_h=1.5)
    assert timeout_told(review, Moment.BEFORE_PUBLISHING) == "Without an answer within 1.5 hours it is not published."
    review = Review(on_timeout=OnTimeout.PUBLISH)
    assert timeout_told(review, Moment.AFTER_SCRIPT) == "Without an answer within 72 hours it is made."
