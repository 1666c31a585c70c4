from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.markup import as_markup, shown_text

LIST = "<p>Hand-thrown <strong>stoneware</strong> mills.</p><ul><li>Ceramic grinder</li><li>Dishwasher safe</li></ul>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Salt &amp; Pepper Mill &quot;Duo&quot;", 'Salt & Pepper Mill "Duo"'),
        ("Kitchen &gt; Mills", "Kitchen > Mills"),
        ("1948&#8211;1952 &#x2014; Dishwasher&nbsp;safe", "1948–1952 — Dishwasher\u00a0safe"),
        ("H<sub>2</sub>O and un<i>believ</i>able", "H₂O and unbelievable"),
        ("Less: <em>&lt;</em>", "Less: <"),
        ("Read <a href='https://example.org/?a=1&b=\">\"'>on</a>, please", "Read on, please"),
        ('A mug <img src="x>y.jpg" alt="mug"> of clay', "A mug of clay"),
        ("<td nowrap>a</td><font size=+1 color='red'data-x=\"1\" >b</font ><p data-open>c", "a b\n\nc"),
        ("<o:p></o:p>From <st1>Word</st1>", "From <st1>Word</st1>"),
    ],
)
def test_what_formats_text_does_not_part_it(markup: str, text: str) -> None:
    assert shown_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> m", "10⁶ m"),
        ("10<sup class=e><b>&minus;</b>3</sup>", "10⁻³"),
        ("the 2<sup>nd</sup> of 10<sup>2.5</sup>", "the 2nd of 10^2.5"),
        ("1<sup>1</sup>&frasl;<sub>2</sub>", "1¹⁄₂"),
        ("SO<sub>4</sub><sup>2-</sup>", "SO₄²⁻"),
        ("a<sup>2<sub>1</sub>3</sup>4", "a²₁³4"),
        ("10<sup>6", "10⁶"),
        ("10<sup>6<p>and 5", "10⁶\n\nand 5"),
        ("10</sup>6", "106"),
        ("<sup hidden>5</sup>6", "6"),
    ],
)
def test_what_is_set_high_or_low_does_not_become_part_of_the_number_before_it(markup: str, text: str) -> None:
    assert shown_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (LIST, "Hand-thrown stoneware mills.\n\nCeramic grinder\nDishwasher safe"),
        ("one<br>two<BR/>three<br /><br>four", "one\ntwo\nthree\n\nfour"),
        ("<h1>Title</h1>One\n  line.<p>two <p>three", "Title\n\nOne line.\n\ntwo\n\nthree"),
        ("<div><div>one</div>two</div>three", "one\ntwo\nthree"),
        ("<table><tr><th>Weight</th><td>1 kg</td></tr><tr><td>Size<td>3 cm</table>", "Weight 1 kg\nSize 3 cm"),
        ("a<hr>b", "a\n\nb"),
    ],
)
def test_blocks_and_line_breaks_part_it(markup: str, text: str) -> None:
    assert shown_text(markup) == text


@pytest.mark.parametrize(
    "text",
    [
        "Using List<String> in Java",
        "std::vector<int>, map<K, V> and a->b",
        "2 < 3 & 4 > 3, x<y",
        "The <video> element, <title> and <input>",
        "AT&T, R&D; cut&copy, https://example.org/?a=1&copy=2&lt=3 &notit; &;",
        "I <3 you </3 <",
        "if a<b then c>d, x<y and y>z, <p q, a<i&&b>j",
        "a <![ b <!b <? c <!-- d",
        "one\n\ntwo  three\t",
        "&",
        "]]>",
    ],
)
def test_what_is_no_html_stays_as_it_is(text: str) -> None:
    assert shown_text(text) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<style>p{} <b></style>x<script>if (a < b) y", "x"),
        ("a<script>'<b>'</script>b", "ab"),
        ("<!-- <p>no</p> -->yes<!---->, <!-->all", "yes, all"),
        ('<span style="display: none">no <span>no</span></span>yes', "yes"),
        ("<div hidden>no</div>yes", "yes"),
        ("<video src='a.mp4'>no</video>yes <video></video>", "yes"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字</ruby>", "漢字"),
        ("<!DOCTYPE html><html><head><title>no</title></head><body>yes</body></html>", "yes"),
        ("<?xml version='1.0'?><![CDATA[<b>yes</b>]]>", "yes"),
        ("<!--[if mso]><p>no</p><![endif]-->yes<![endif]>", "yes"),
    ],
)
def test_what_a_browser_does_not_show_is_left_out(markup: str, text: str) -> None:
    assert shown_text(markup) == text


def test_entities_are_decoded_once() -> None:
    assert shown_text("&amp;lt;b&amp;gt; &amp;amp; &lt;i&gt;") == "&lt;b&gt; &amp; <i>"
    assert shown_text("&#0;&#xD800;") == "\ufffd\ufffd"


@pytest.mark.parametrize(
    "part",
    ["<a ", "<!--", "--><!--", "<a b=", "<![CDATA[", "<b>", "<table>", "&", "&#", "<script>", "</", '<a "', "<a \"'"]
    + ["<a '\"x'", "<p hidden>", "<iframe a>", "<p display : ", "<style></style>", "<sup>1", "<sub>", "</sup>"],
)
def test_long_markup_is_read_in_one_go(part: str) -> None:
    for before in ("", "<p "):
        assert shown_text(before + part * 100_000)[:10] == shown_text(before + part * 50)[:10]


@given(st.text() | st.text("<>![]/-&;#altb='\" \n"))
@example("&lt;b>")
@example("a &amp; <b>b</b>\n ")
def test_text_that_is_written_as_markup_is_read_as_that_text(text: str) -> None:
    assert shown_text(as_markup(text)) == text


PARTS = ("<p>", "</p>", "<b>", "<br>", "<td>", " ", "a", "\n", "<", "&lt;", "<rt>", "</rt>", "<!--", "-->", "</script>")


@given(st.lists(st.sampled_from(PARTS)))
def test_no_blanks_stand_around_the_lines_of_what_was_laid_out(parts: list[str]) -> None:
    text = shown_text("<p>" + "".join(parts))
    assert all(line == line.strip(" ") for line in text.split("\n"))
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<p title="No hidden costs">Holds 1.7 l.</p>', "Holds 1.7 l."),
        ('<div class="flex hidden md:block">Text 5 €</div>', "Text 5 €"),
        ('<a title="display: none">7</a>', "7"),
        ('<p style="display:none">x<p>Real text 5</p><p>more</p>', "Real text 5\n\nmore"),
        ("<ul><li hidden>a<li>b</ul>", "b"),
        ("<p hidden>x</p>y", "y"),
    ],
)
def test_only_what_is_hidden_by_its_own_attributes_is_left_out(markup: str, shown: str) -> None:
    assert shown_text(markup) == shown
