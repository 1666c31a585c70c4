from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from include.contract.artifacts import artifact_of
from include.contract.manifests import RunRef
from include.contract.publishing import Role
from include.contract.review import Moment, OnTimeout, Review
from include.store.store import Store
from operators.review.looked_at import File, ReviewContent
from operators.review.wording import body_of, body_of_many, plain, timeout_told

RUN = RunRef(dag_id="films", run_id="manual__2026-11-25T06:00:00+00:00", task_id="review.ask", map_index=2)


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


def test_the_ids_of_many_briefs_stand_so_that_they_can_be_copied() -> None:
    run = RunRef(dag_id="cards", run_id="manual__1", task_id="review.ask")
    briefs = [f"cup-{number}" for number in range(1002)]
    told, timeout, ids = body_of_many(briefs, run, Review(), Moment.BEFORE_PUBLISHING).split("\n\n")
    assert told.startswith("1002 briefs are too many to ask about one by one.")
    assert "the stages of run `manual__1` made" in told
    assert timeout == "Without an answer within 72 hours they are not published."
    assert ids.startswith("`cup-0` `cup-1` ")
    assert ids.endswith(" `cup-999` and 2 more")


@pytest.mark.parametrize(("moment", "heading"), [("after_script", "Its script"), ("before_publishing", "Its text")])
def test_each_part_of_the_text_stands_behind_its_name(store: Store, moment: str, heading: str) -> None:
    script = {
        "title": "Bees",
        "description": "Of bees.",
        "scenes": [{"narration": "Hum.", "image_prompt": "a bee"}, {"narration": "*Buzz*.", "image_prompt": "two"}],
    }
    content = json.dumps(script).encode()
    artifact = artifact_of("script", content, "application/json")
    store.put_blob(content, artifact)
    body = body_of(
        store, ReviewContent("bees", "ab" * 32, None, artifact, written_by="text"), Review(), Moment(moment), RUN
    )
    assert f"### {heading}\n\n**Description** Of bees\\.\n\n**Scene 1** Hum\\.\n\n**Scene 2** \\*Buzz\\*\\." in body


def test_what_stages_warned_of_stands_below_the_text_and_is_cut(store: Store) -> None:
    script = artifact_of("script", b"The text.", "text/plain")
    store.put_blob(b"The text.", script)
    seen = ReviewContent("bees", "ab" * 32, None, script, written_by="text")
    body = body_of(store, seen, Review(), Moment.BEFORE_PUBLISHING, RUN)
    assert "warn" not in body
    warned = replace(seen, warnings=("music: is *silent*", *(f"warning {number}" for number in range(25))))
    body = body_of(store, warned, Review(), Moment.BEFORE_PUBLISHING, RUN)
    text, _, rest = body.partition("**What its stages warn of**")
    assert text.rstrip().endswith("The text\\.")
    assert MarkdownIt("commonmark").render(rest.partition("---")[0]).startswith("<ul>\n<li>music: is *silent*</li>")
    assert "- … and 6 more (`atelier show`)" in rest


def test_pictures_and_links_are_pages_of_airflows_own_for_whoever_may_see_the_run(store: Store) -> None:
    script = artifact_of("script", b"The text.", "text/plain")
    store.put_blob(b"The text.", script)
    film, poster = artifact_of("video", b"film", "video/mp4"), artifact_of("poster", b"picture", "image/jpeg")
    files = (
        File("video.mp4", film, Role.MAIN, "video"),
        File("poster.jpg", poster, Role.POSTER, "video"),
    )
    body = body_of(
        store,
        ReviewContent("bees", "ab" * 32, None, script, files, written_by="text"),
        Review(),
        Moment.BEFORE_PUBLISHING,
        RUN,
    )
    html = MarkdownIt("commonmark").render(body)
    task = "/atelier/dags/films/runs/manual__2026-11-25T06%3A00%3A00%2B00%3A00/tasks/video/-1"
    assert f'<img src="{task}/bytes?item=bees&amp;output=poster" alt="poster.jpg" />' in html
    assert f'<a href="{task}/file?item=bees&amp;output=video">video.mp4</a>, 0.0 kB' in html
    assert "http" not in body
