from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from include.runtime.pages.templating import phrased, short_clock, templates_in


def test_what_a_template_prints_is_escaped_and_a_name_that_nobody_gave_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>{{ text }}</p>{{ time_s | short_clock }}\n")
    page = templates_in(tmp_path).get_template("page.html")
    assert page.render(text="<b>", time_s=61) == "<p>&lt;b&gt;</p>1:01\n"
    with pytest.raises(UndefinedError, match="time_s"):
        page.render(text="<b>")


@pytest.mark.parametrize(("time_s", "shown"), [(0, "0:00"), (65.9, "1:05"), (3665, "1:01:05")])
def test_a_time_is_shown_as_short_as_it_can_be(time_s: float, shown: str) -> None:
    assert short_clock(time_s) == shown


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("全新的<蜜蜂>发布了", "zh", "全新的<wbr>&lt;蜜蜂&gt;<wbr>发布了"),
        ("今日は伝統的な日本料理", "ja", "今日は<wbr>伝統的な<wbr>日本料理"),
        ("Bees & honey", "en", "Bees &amp; honey"),
        ("", "zh", ""),
    ],
)
def test_a_heading_tells_a_browser_where_its_words_part(text: str, language: str, shown: str) -> None:
    assert phrased(text, language) == shown
