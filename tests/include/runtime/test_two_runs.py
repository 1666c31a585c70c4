"""Two runs that need the same items at once: each is made once, whatever becomes of who began it (W8)."""

from __future__ import annotations

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.errors import CheckFailed, ItemsFailed, Preempted
from include.contract.failures import Progress
from include.contract.keys import progress_key
from include.contract.manifests import Outcome
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.runtime.claims import read_claim
from include.runtime.stage import ItemResult, Work
from tests.include.runtime.desk import Desk, WordsStage, desk_on, eventually
from tests.include.runtime.pod import Pod, wait_for

HONEY = Brief(topic="Honey bees")


@pytest.fixture
def other(desk: Desk, s3: S3, tmp_path: Path) -> Desk:
    """The desk of a second run, on the same store."""
    second = desk_on(s3.connection(), s3.bucket, tmp_path / "other")
    second.run_id = "run-2"
    return second


def images(desk: Desk, other: Desk, count: int, **execution: object) -> tuple[StageRequest, StageRequest]:
    """What both runs ask for: the same pictures of one script."""
    text = desk.request("script.narrated", HONEY)
    desk.run(text, WordsStage(scenes=count))
    first, second = (each.request("image.scene", HONEY, upstreams=[text], **execution) for each in (desk, other))
    return first, second


def outcomes(desk: Desk, request: StageRequest) -> dict[Outcome, set[str]]:
    lines = desk.lines(request)
    return {outcome: {line.item for line in lines if line.outcome is outcome} for outcome in Outcome}


@pytest.mark.parametrize("batch_size", [1, 3])
def test_each_item_is_made_once_and_both_manifests_are_complete(desk: Desk, other: Desk, batch_size: int) -> None:
    requests = images(desk, other, 20, batch_size=batch_size)
    stages = [WordsStage(before=lambda batch: time.sleep(0.05 * len(batch))) for _ in requests]
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda desk, *rest: desk.run(*rest), (desk, other), requests, stages)
    made, made_too = set(stages[0].made), set(stages[1].made)
    assert made.isdisjoint(made_too)
    assert (len(stages[0].made) + len(stages[1].made), len(made | made_too)) == (20, 20)
    assert first.content_digest == second.content_digest
    assert (first.counts.made, first.counts.reused) == (len(made), len(made_too))
    assert outcomes(other, requests[1])[Outcome.REUSED] == made
    assert first.spent_s == pytest.approx(second.saved_s, abs=0.1)


def test_an_owner_that_is_killed_is_taken_over_from_after_the_expiry(
    desk: Desk, other: Desk, s3: S3, tmp_path: Path
) -> None:
    first, second = images(desk, other, 4)
    process = Pod(s3, tmp_path, seconds=0.5, expiry_s=2.0).start(desk, first)
    kill(process, "computing honey-bees/03")
    assert "run-1" in claimed(desk)
    rest = WordsStage()
    manifest = other.run(second, rest)
    assert (manifest.counts.made + manifest.counts.reused, manifest.counts.failed) == (4, 0)
    assert "honey-bees/01" not in rest.made
    assert {"honey-bees/03", "honey-bees/04"} <= set(rest.made)


def test_the_next_try_of_a_killed_owner_goes_on_at_once(desk: Desk, other: Desk, s3: S3, tmp_path: Path) -> None:
    first, _ = images(desk, other, 4)
    process = Pod(s3, tmp_path, seconds=1.0).start(desk, first)
    kill(process, "computing honey-bees/03")
    desk.attempt = 2
    rest = WordsStage()
    desk.run(first, rest)
    assert "honey-bees/01" not in rest.made
    assert rest.made[-2:] == ["honey-bees/03", "honey-bees/04"], "in order: no claim was in the way"


def test_an_owner_that_stood_still_adopts_what_was_made_in_its_place(
    desk: Desk, other: Desk, s3: S3, tmp_path: Path
) -> None:
    first, second = images(desk, other, 2)
    process = Pod(s3, tmp_path, seconds=0.3, expiry_s=2.0).start(desk, first)
    wait_for(process, "computing honey-bees/01")
    process.send_signal(signal.SIGSTOP)
    try:
        assert other.run(second).counts.made == 2
    finally:
        process.send_signal(signal.SIGCONT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert desk.manifest(first).content_digest == other.manifest(second).content_digest
    makers = {
        desk.record(StageKind.IMAGE, str(line.fingerprint)).provenance.made_by.run_id for line in desk.lines(first)
    }
    assert makers == {"run-2"}


def test_a_process_that_is_asked_to_stop_releases_what_it_has_not_made(
    desk: Desk, other: Desk, s3: S3, tmp_path: Path
) -> None:
    first, second = images(desk, other, 4)
    process = Pod(s3, tmp_path, seconds=0.5).start(desk, first)
    wait_for(process, "computing honey-bees/02")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 75
    rest = WordsStage()
    other.run(second, rest)
    assert rest.made == ["honey-bees/03", "honey-bees/04"], "in order: no claim was in the way"


def test_an_item_that_failed_elsewhere_is_tried_by_who_waits_for_it(desk: Desk, other: Desk) -> None:
    first, second = images(desk, other, 2, max_failed_share=0.5)
    is_waiting = Event()

    class Failing(WordsStage):
        def image(self, work: Work) -> ItemResult:
            wait(is_waiting)
            raise CheckFailed("the picture is blank")

    with ThreadPoolExecutor(2) as threads:
        failing = threads.submit(desk.run, first, Failing())
        assert eventually(lambda: len(claimed(desk)) == 2)
        waiting = threads.submit(other.run, second)
        words = "waiting for 2 items made by run `run-1` of `d`"
        assert eventually(lambda: phase(other, second) == words, within_s=20), phase(other, second)
        is_waiting.set()
        assert waiting.result(timeout=30).counts.made == 2
        with pytest.raises(ItemsFailed):
            failing.result(timeout=30)


def test_a_run_that_waits_for_others_can_be_stopped(desk: Desk, other: Desk) -> None:
    first, second = images(desk, other, 1)
    is_over = Event()
    with ThreadPoolExecutor(2) as threads:
        making = threads.submit(desk.run, first, WordsStage(before=lambda batch: wait(is_over)))
        assert eventually(lambda: len(claimed(desk)) == 1)
        waiting = threads.submit(other.run, second)
        assert eventually(lambda: phase(other, second).startswith("waiting for 1 item "), within_s=20)
        other.stop.set()
        with pytest.raises(Preempted, match="0 of 1 items done"):
            waiting.result(timeout=20)
        is_over.set()
        assert making.result(timeout=20).counts.made == 1


def wait(event: Event) -> None:
    assert event.wait(20)


def kill(process: subprocess.Popen[str], when: str) -> None:
    """Kill a process that no signal handler hears of, once it has said `when`."""
    wait_for(process, when)
    process.kill()
    process.communicate()


def claimed(desk: Desk) -> list[str]:
    """Who holds the claims on images."""
    stored = [desk.store.read(each.key) for each in desk.store.listed("v1/claims/image/")]
    claims = [read_claim(each.body) for each in stored if each]
    return [claim.owner.run_id for claim in claims if claim and not claim.released]


def phase(desk: Desk, request: StageRequest) -> str:
    stored = desk.store.read(progress_key(request.run, request.sha256(), 1))
    return Progress.model_validate_json(stored.body).phase if stored else ""
