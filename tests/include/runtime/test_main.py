"""The process as a pod starts it: exit code, termination message, signals, a store that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing.s3 import S3, running
from include.contract.brief import Brief
from include.contract.errors import Cause
from include.contract.failures import Progress, read_failure
from include.contract.keys import end_key, progress_key, request_key
from include.contract.requests import StageRequest
from tests.faults import Fault, How, faulty
from tests.include.runtime.desk import Desk, WordsStage, desk_on
from tests.include.runtime.own_mounts import after, mounts
from tests.include.runtime.pod import ROOT, Pod, wait_for

HONEY = Brief(topic="Honey bees")
GRACE_S = 6.0


def images(desk: Desk) -> StageRequest:
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    return desk.request("image.scene", HONEY, upstreams=[text])


def test_a_request_is_run_with_nothing_but_the_environment(desk: Desk, s3: S3, tmp_path: Path) -> None:
    request = images(desk)
    process = Pod(s3, tmp_path).start(desk, request)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    assert desk.manifest(request).counts.made == 3
    stored = desk.store.read(progress_key(request.run, request.sha256(), 1))
    assert stored is not None
    progress = Progress.model_validate_json(stored.body)
    assert (progress.done, progress.total, progress.phase) == (3, 3, "done")
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    assert [event["message"] for event in events if event.get("event") == "progress"][-1] == "3 of 3"


@pytest.mark.parametrize("signals", [1, 2])
def test_sigterm_keeps_what_is_done_and_exits_75(desk: Desk, s3: S3, tmp_path: Path, signals: int) -> None:
    request = images(desk)
    pod = Pod(s3, tmp_path, seconds=1.0)
    process = pod.start(desk, request)
    wait_for(process, "computing honey-bees/02")
    for _ in range(signals):
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 75
    assert pod.failure().cause is Cause.PREEMPTED
    assert pod.failure().progress.made == 2, "the batch in hand is finished when it fits the grace period"
    left = desk.store.get(end_key(request.run, request.sha256(), 1))
    assert left is not None
    assert read_failure(left.decode()) == pod.failure()
    rest = WordsStage()
    desk.run(request, rest)
    assert rest.made == ["honey-bees/03"]


def test_a_process_that_is_late_stops_itself_and_keeps_what_is_done(desk: Desk, s3: S3, tmp_path: Path) -> None:
    request = images(desk)
    hasty = request.model_copy(update={"execution": request.execution.model_copy(update={"grace_s": 1.0})})
    pod = Pod(s3, tmp_path, seconds=60.0)
    pod.environment["ATELIER_DEADLINE_S"] = "8"
    process = pod.start(desk, hasty)
    process.communicate(timeout=60)
    assert process.returncode == 75
    assert pod.failure().cause is Cause.DEADLINE
    assert pod.failure().message.startswith("it stopped itself after 8 s; ")


def test_a_batch_longer_than_the_grace_period_is_dropped(desk: Desk, s3: S3, tmp_path: Path) -> None:
    request = images(desk)
    hasty = request.model_copy(update={"execution": request.execution.model_copy(update={"grace_s": 1.0})})
    pod = Pod(s3, tmp_path, seconds=60.0)
    process = pod.start(desk, hasty)
    wait_for(process, "computing honey-bees/01")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert (process.returncode, pod.failure().progress.made) == (75, 0)


@pytest.mark.parametrize(
    "silent",
    [
        ("PUT", "v1/probes/"),
        ("GET", "v1/requests/"),
        ("GET", "manifest.json"),
        ("GET", "v1/items/"),
        ("PUT", "v1/claims/"),
        ("GET", "v1/blobs/"),
        ("PUT", "v1/blobs/"),
        ("PUT", "v1/items/"),
        ("PUT", "v1/stages/"),
        ("PUT", "manifest.json"),
    ],
    ids=lambda silent: "-".join(silent).replace("/", "-"),
)
def test_a_store_that_goes_silent_does_not_outlast_the_grace_period(
    desk: Desk, s3: S3, tmp_path: Path, silent: tuple[str, str]
) -> None:
    request = images(desk)
    hasty = request.model_copy(
        update={"execution": request.execution.model_copy(update={"grace_s": GRACE_S}), "batch_size": 1}
    )
    pod = Pod(s3, tmp_path)
    with faulty(s3) as (broken, server):
        server.meet(
            Fault("silence", How.SILENCE, only=lambda method, path, _: method == silent[0] and silent[1] in path)
        )
        pod.environment["AWS_ENDPOINT_URL"] = broken.endpoint
        process = pod.start(desk, hasty)
        server.wait_until_met()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GRACE_S)
        finally:
            process.kill()
            output, _ = process.communicate()
    assert process.returncode == 75, output
    assert pod.failure().cause is Cause.PREEMPTED, output
    assert "asked to stop" in json.loads(output.splitlines()[-1])["message"]


def test_killed_in_the_middle_only_the_missing_items_are_made(desk: Desk, s3: S3, tmp_path: Path) -> None:
    request = images(desk)
    process = Pod(s3, tmp_path, seconds=0.5).start(desk, request)
    wait_for(process, "computing honey-bees/03")
    process.kill()
    process.communicate()
    rest = WordsStage()
    manifest = desk.run(request, rest)
    assert "honey-bees/01" not in rest.made
    assert manifest.counts.reused + manifest.counts.made == 3


def test_a_store_that_goes_away_in_the_middle_is_transient(tmp_path: Path) -> None:
    folder = tmp_path / "weed"
    folder.mkdir()
    with running(folder) as s3:
        desk = desk_on(s3.connection(), s3.bucket, tmp_path)
        request = images(desk)
        pod = Pod(s3, tmp_path, seconds=2.0)
        process = pod.start(desk, request)
        wait_for(process, "computing honey-bees/01")
        os.kill(s3.pid, signal.SIGKILL)
    process.communicate(timeout=120)
    assert process.returncode == 75
    assert pod.failure().cause is Cause.STORE_AWAY
    assert "does not answer" in pod.failure().message


def test_no_store_at_the_start_is_transient(desk: Desk, s3: S3, tmp_path: Path) -> None:
    pod = Pod(s3, tmp_path)
    pod.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    process = pod.start(desk, images(desk))
    output, _ = process.communicate(timeout=120)
    assert (process.returncode, pod.failure().cause) == (75, Cause.STORE_AWAY), output


def test_a_request_that_is_not_there_is_permanent(desk: Desk, s3: S3, tmp_path: Path) -> None:
    pod = Pod(s3, tmp_path)
    uri = desk.store.domain.uri(request_key("ab" * 32))
    done = subprocess.run(
        [sys.executable, "-m", "include.runtime", "run", uri], cwd=ROOT, env=pod.environment, capture_output=True
    )
    assert done.returncode == 65
    assert "there is no request at" in pod.failure().message


@mounts
def test_a_full_work_folder_is_transient_and_says_so(desk: Desk, s3: S3, tmp_path: Path) -> None:
    text = desk.request("script.narrated", HONEY.model_copy(update={"topic": "x" * 300}))
    pod = Pod(s3, tmp_path)
    small = tmp_path / "small"
    small.mkdir()
    pod.environment["ATELIER_SCRATCH"] = str(small)
    # The work folders fit; the first outputs take the last of the inodes.
    mount = f"mount -t tmpfs -o size=64k,nr_inodes=7 none {small}"
    process = pod.start(desk, text, prefix=after(mount))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 75, output
    assert pod.failure().cause is Cause.SCRATCH_FULL
    assert "no room left" in pod.failure().message


def test_the_machines_fonts_are_not_looked_at_and_not_complained_of() -> None:
    program = """
import contextlib
from include.runtime.__main__ import main
with contextlib.suppress(SystemExit):
    main(["--help"])
import skia
print(skia.FontMgr().countFamilies())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout.splitlines()[-1], done.stderr) == ("0", "")
