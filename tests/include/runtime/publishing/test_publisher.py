"""Publishing: what readers find, in which order it comes, who may be published, and what a repetition costs (W10)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.decisions import Decision, Verdict, piece_digest
from include.contract.errors import BadRequest, Cause, InputLost, Preempted
from include.contract.failures import read_failure
from include.contract.keys import blob_key, request_key
from include.contract.manifests import Outcome
from include.contract.published import DayIndex, Index
from include.contract.publishing import Role
from include.contract.resolving import planned_items
from include.runtime.lookup import read_upstreams
from tests.asked import asked_for
from tests.faults import Fault, How, faulty
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, card, words

GRACE_S = 6.0
READS = {"get", "stream", "head", "range", "listed", "folders"}


def head(newsroom: Newsroom, path: str) -> dict[str, Any]:
    key = f"{newsroom.store.domain.prefix}{newsroom.published.root}{path}"
    answer: dict[str, Any] = newsroom.store.connection.client.head_object(Bucket=newsroom.store.domain.bucket, Key=key)
    return answer


def test_a_piece_lies_under_readable_names_and_every_index_names_it(newsroom: Newsroom) -> None:
    (line,) = newsroom.publish({"honey": card()}, {"honey": words("Honey bees", caption="Sweet.")})
    assert line.outcome is Outcome.MADE
    assert line.address == "published/product_cards/2026/11/25/honey/item.json"
    item = newsroom.item("honey")
    assert (item.title, item.summary, item.day, item.run.run_id) == ("Honey bees", "Sweet.", DAY, "run-1")
    assert [(file.path, file.role) for file in item.files] == [
        ("card-square.jpg", Role.MAIN),
        ("thumbnail.webp", Role.POSTER),
    ]
    assert item.folder == f"2026/11/25/honey/{item.content_digest[:12]}/"
    assert newsroom.read(item.address(item.files[0])) == b"honey square"
    index = newsroom.index()
    assert index.items == (item.entry(),)
    assert index.days == {DAY: 1}
    assert DayIndex.model_validate_json(newsroom.read("2026/11/25/index.json")).items == index.items
    assert b"<title>Honey bees</title>" in newsroom.read("feed.xml")
    assert b"Honey bees" in newsroom.read("index.html")


def test_files_are_kept_for_ever_and_indexes_asked_for_each_time(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    item = newsroom.item("honey")
    picture = head(newsroom, item.address(item.files[0]))
    assert (picture["ContentType"], picture["ContentDisposition"], picture["CacheControl"]) == (
        "image/jpeg",
        'inline; filename="honey-card-square.jpg"',
        "public, max-age=31536000, immutable",
    )
    page, feed = head(newsroom, "index.html"), head(newsroom, "feed.xml")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert feed["ContentType"] == "application/rss+xml"


def test_no_bytes_of_a_file_pass_through_the_stage_where_the_store_sums_what_it_copies(summed: Newsroom) -> None:
    request = summed.request({"honey": card()})
    with asked_for() as asked:
        (line,) = summed.run(request)
    read = {path.rpartition("/")[2] for operation, path in asked if operation == "get"}
    assert line.outputs
    assert not read & {output.sha256 for output in line.outputs}


def test_publishing_the_same_again_writes_nothing_but_the_runs_manifest(newsroom: Newsroom) -> None:
    pieces = {f"piece-{number}": card(f"piece {number}") for number in range(5)}
    newsroom.publish(pieces)
    before = newsroom.published.sizes("")
    etags = [head(newsroom, path)["ETag"] for path in before]
    request = newsroom.request(pieces, run_id="run-2")
    with asked_for() as asked:
        lines = newsroom.run(request)
    assert {line.outcome for line in lines} == {Outcome.REUSED}
    written = [path for operation, path in asked if operation not in READS]
    assert written, "the run's own manifest"
    assert not [path for path in written if path.startswith("published/")]
    assert newsroom.published.sizes("") == before
    assert [head(newsroom, path)["ETag"] for path in before] == etags


def test_a_changed_piece_takes_the_place_of_the_old_one_whose_files_stay(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    old = newsroom.item("honey")
    newsroom.publish({"honey": card("better honey")}, run_id="run-2")
    new = newsroom.item("honey")
    assert new.content_digest != old.content_digest
    assert (new.guid, new.published_at) == (old.guid, old.published_at)
    assert new.updated_at > old.updated_at
    assert newsroom.index().items == (new.entry(),)
    assert newsroom.read(old.address(old.files[0])) == b"honey square"
    assert newsroom.read(new.address(new.files[0])) == b"better honey square"


def test_a_file_that_was_lost_is_copied_again(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    item = newsroom.item("honey")
    path = item.address(item.files[0])
    key = f"{newsroom.published.root}{path}"
    newsroom.store.delete(key)
    (line,) = newsroom.publish({"honey": card()}, run_id="run-2")
    assert line.outcome is Outcome.MADE
    assert newsroom.read(path) == b"honey square"


def test_two_publishers_at_once_lose_nothing(newsroom: Newsroom) -> None:
    requests = [newsroom.request({f"{name}-{n}": card(f"{name} {n}") for n in range(20)}, run_id=name) for name in "ab"]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(newsroom.run, requests))
    index = newsroom.index()
    expected = {f"{name}-{n}" for name in "ab" for n in range(20)}
    assert {entry.slug for entry in index.items} == expected
    assert index.days == {DAY: 40}
    for text in (newsroom.read("feed.xml").decode(), newsroom.read("index.html").decode()):
        assert all(f"/{slug}/" in text for slug in expected)


def test_a_reader_never_sees_a_name_whose_object_is_not_there(newsroom: Newsroom) -> None:
    done = threading.Event()
    seen: list[int] = []

    def read_on() -> None:
        while not done.is_set():
            stored = newsroom.published.read("index.json")
            if stored is None:
                continue
            index = Index.model_validate_json(stored.body)
            there = newsroom.published.sizes("2026/11/")
            named = [entry.address(file).removeprefix("2026/11/") for entry in index.items for file in entry.files]
            assert set(named) <= set(there)
            seen.append(len(index.items))

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read_on)
        try:
            for number in range(12):
                newsroom.publish({"honey": card(f"honey {number}"), f"piece-{number}": card(f"{number}")})
        finally:
            done.set()
        reading.result()
    assert len(set(seen)) > 2, "the reader saw it grow"


def test_the_index_keeps_the_newest_and_the_days_have_them_all(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.runtime.publishing.indexes.NEWEST", 5)
    days = [DAY - timedelta(days=back) for back in range(4)]
    for day in (days[2], days[0], days[3], days[1]):
        newsroom.publish({f"piece-{n}": card(f"{day} {n}") for n in range(2)}, day=day, run_id=f"run-{day}")
    index = newsroom.index()
    assert [entry.day for entry in index.items] == [days[0], days[0], days[1], days[1], days[2]]
    assert list(index.days.items()) == [(day, 2) for day in days]


def test_what_failed_upstream_is_skipped_and_the_others_are_published(newsroom: Newsroom) -> None:
    failed, made = newsroom.publish({"wasps": None, "honey": card()})
    assert (failed.outcome, failed.message) == (Outcome.SKIPPED, "its input is missing: card of wasps")
    assert made.outcome is Outcome.MADE
    assert [entry.slug for entry in newsroom.index().items] == ["honey"]


def decided(newsroom: Newsroom, verdict: Verdict, content: str = "") -> Decision:
    request = newsroom.request({"honey": card()})
    (item,) = planned_items(request, read_upstreams(request, newsroom.store))
    return Decision(
        content_type="product_cards",
        brief="honey",
        content_digest=content or piece_digest(item),
        verdict=verdict,
        by="ada",
        at=datetime(2026, 11, 25, 8, tzinfo=UTC),
        why="the light",
    )


def test_an_approved_piece_says_who_approved_it(newsroom: Newsroom) -> None:
    approved = decided(newsroom, Verdict.APPROVED)
    newsroom.publish({"honey": card()}, decisions=[approved])
    assert newsroom.item("honey").decision == approved


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.REMADE])
def test_a_rejected_piece_is_skipped_and_does_not_block_the_others(newsroom: Newsroom, verdict: Verdict) -> None:
    rejected = decided(newsroom, verdict)
    honey, wax = newsroom.publish({"honey": card(), "wax": card("wax")}, decisions=[rejected])
    assert honey.outcome is Outcome.SKIPPED
    assert honey.message == f"it was {verdict.value} by ada at 2026-11-25T08:00:00+00:00: the light"
    assert wax.outcome is Outcome.MADE


def test_an_approval_of_other_content_publishes_nothing(newsroom: Newsroom) -> None:
    other = decided(newsroom, Verdict.APPROVED, content="ef" * 32)
    request = newsroom.request({"honey": card()}, decisions=[other])
    with pytest.raises(Exception, match="what was looked at is not what would be published"):
        newsroom.run(request)
    (line,) = newsroom.lines(request)
    assert line.outcome is Outcome.FAILED
    assert newsroom.published.read("index.json") is None


def test_nothing_is_memoised(newsroom: Newsroom) -> None:
    newsroom.publish({"honey": card()})
    folders = set(newsroom.store.folders("v1/"))
    assert not folders & {"items", "stages"}


def test_a_lost_blob_names_the_task_to_clear_and_the_others_are_published(newsroom: Newsroom) -> None:
    request = newsroom.request({"honey": card(), "wax": card("wax")})
    (first, *_) = read_upstreams(request, newsroom.store)["card"].values()
    key = blob_key(first.outputs[0].sha256)
    newsroom.store.delete(key)
    with pytest.raises(InputLost, match="clear the task `card`") as caught:
        newsroom.run(request)
    assert caught.value.producer == "card"
    assert [entry.slug for entry in newsroom.index().items] == ["wax"]


def test_a_stage_that_is_stopped_goes_on_with_the_next_try(newsroom: Newsroom) -> None:
    stop = Event()
    stop.set()
    request = newsroom.request({"honey": card()})
    with pytest.raises(Preempted):
        newsroom.run(request, stop=stop)
    assert [line.outcome for line in newsroom.run(request)] == [Outcome.MADE]


def test_without_a_public_address_there_is_a_gallery_and_no_feed(newsroom: Newsroom) -> None:
    newsroom.publication = {"public_url": None}
    newsroom.publish({"honey": card()})
    assert newsroom.published.read("feed.xml") is None
    page = newsroom.read("index.html")
    assert b"2026/11/25/honey/" in page
    assert b"feed.xml" not in page


@pytest.mark.parametrize("url", ["ftp://example.org/", "javascript:alert(1)", "https://", "https://x/?a=1", "//x/"])
def test_a_public_address_is_one_of_the_web(newsroom: Newsroom, url: str) -> None:
    newsroom.publication = {"public_url": url}
    with pytest.raises(ValueError, match="is not a public address; allowed: http:// or https://"):
        newsroom.request({"honey": card()})


def test_a_piece_published_before_its_day_is_shown_from_its_day_on(newsroom: Newsroom) -> None:
    ahead = date(2099, 1, 1)
    newsroom.publish({"honey": card()}, day=ahead)
    assert newsroom.item("honey", ahead).shown_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert b"<pubDate>Thu, 01 Jan 2099 00:00:00 +0000</pubDate>" in newsroom.read("feed.xml")


def test_a_request_that_does_not_say_as_what_is_refused(newsroom: Newsroom) -> None:
    request = newsroom.request({"honey": card()}).model_copy(update={"publication": None})
    with pytest.raises(BadRequest, match="does not say what its pieces are published as"):
        newsroom.run(request)


def test_the_process_that_a_pod_starts_publishes(newsroom: Newsroom, s3: S3, tmp_path: Path) -> None:
    request = newsroom.request({"honey": card()})
    newsroom.store.put_if_absent(request_key(request.sha256()), request.body())
    uri = newsroom.store.domain.uri(request_key(request.sha256()))
    folders = {"ATELIER_SCRATCH": str(tmp_path), "ATELIER_TERMINATION_LOG": str(tmp_path / "termination-log")}
    done = subprocess.run(
        [sys.executable, "-m", "include.runtime", "run", uri],
        env={"PATH": os.environ["PATH"], **s3.environment(), **folders},
        cwd=Path(__file__).resolve().parents[4],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert newsroom.manifest(request).counts.made == 1
    assert [entry.slug for entry in newsroom.index().items] == ["honey"]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_store_that_goes_silent_does_not_outlast_the_grace_period(
    newsroom: Newsroom, s3: S3, tmp_path: Path, method: str
) -> None:
    request = newsroom.request({"honey": card()})
    request = request.model_copy(update={"execution": request.execution.model_copy(update={"grace_s": GRACE_S})})
    newsroom.store.put_if_absent(request_key(request.sha256()), request.body())
    uri = newsroom.store.domain.uri(request_key(request.sha256()))
    folders = {"ATELIER_SCRATCH": str(tmp_path), "ATELIER_TERMINATION_LOG": str(tmp_path / "termination-log")}
    with faulty(s3) as (broken, server):
        server.meet(
            Fault("silence", How.SILENCE, only=lambda asked, path, _: asked == method and "/published/" in path)
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "include.runtime", "run", uri],
            env={"PATH": os.environ["PATH"], **broken.environment(), **folders},
            cwd=Path(__file__).resolve().parents[4],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        try:
            server.wait_until_met()
            process.send_signal(signal.SIGTERM)
            process.wait(GRACE_S)
        finally:
            process.kill()
            process.wait()
    failure = read_failure((tmp_path / "termination-log").read_text())
    assert failure is not None
    assert (process.returncode, failure.cause) == (75, Cause.PREEMPTED)
