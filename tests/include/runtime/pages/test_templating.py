from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from include.runtime.pages.templating import short_clock, templates_in


def test_what_a_template_prints_is_escaped_and_a_name_that_nobody_gave_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>{{ text }}</p>{{ time_s | short_clock }}\n")
    page = templates_in(tmp_path).get_template("page.html")
    assert page.render(text="<b>", time_s=61) == "<p>&lt;b&gt;</p>1:01\n"
    with pytest.raises(UndefinedError, match="time_s"):
        page.render(text="<b>")


@pytest.mark.parametrize(("time_s", "shown"), [(0, "0:00"), (65.9, "1:05"), (3665, "1:01:05")])
def test_a_time_is_shown_as_short_as_it_can_be(time_s: float, shown: str) -> None:
    assert short_clock(time_s) == shown
