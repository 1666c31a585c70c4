"""The real thing: Airflow, S3 and stages as processes, driven as a user drives them."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from pathlib import Path

import psutil
import pytest

from deploy.local import locks, processes
from deploy.local.api import ENDED
from deploy.local.stackfile import Phase, StackFile
from tests.e2e.conftest import BRIEF, Home

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
STAGES = ["text", "image", "speech", "video", "publish"]


def test_a_brief_becomes_a_film_and_the_same_brief_again_starts_no_process(served: Home, brief: Path) -> None:
    code, said = served.run("demo", str(brief))
    assert code == 0, said
    out = served.installation.out
    first = json.loads((out / "last-run.json").read_text())
    assert (first["state"], first["brief"], first["dag_id"]) == ("success", "two-scenes", "narrated_video")
    assert [(s["stage"], s["made"]) for s in first["stages"]] == list(zip(STAGES, (1, 2, 2, 1, 1), strict=True))
    assert all(stage["process_started"] for stage in first["stages"])
    assert set(first["outputs"]) == {"video", "poster", "subtitles_srt", "subtitles_vtt", "script"}
    for output in first["outputs"].values():
        content = (out.parent / output["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (output["sha256"], output["bytes"])
    assert (first["video"]["width"], first["video"]["height"]) == (1080, 1080)
    assert 4 < first["video"]["duration_s"] < 30
    assert said.splitlines()[-1].startswith("out/two-scenes/video.mp4  (")

    code, said = served.run("demo", str(brief))
    assert code == 0, said
    again = json.loads((out / "last-run.json").read_text())
    assert "no stage process was started" in said
    assert [(s["made"], s["reused"], s["process_started"]) for s in again["stages"]] == [
        (0, items, False) for items in (1, 2, 2, 1, 1)
    ]
    assert again["outputs"] == first["outputs"]


def test_a_field_that_no_brief_has_is_refused_at_once_and_no_stage_runs(served: Home) -> None:
    with served.api() as api:
        api.trigger("narrated_video", "unknown-field", {"topic": "Tea", "colour": "red"})
        limit = time.monotonic() + 90
        while (state := api.run_state("narrated_video", "unknown-field")) not in ENDED:
            assert time.monotonic() < limit
            time.sleep(0.5)
        tasks = api.tasks("narrated_video", "unknown-field")
        log = json.dumps(api.log("narrated_video", "unknown-field", "brief", 1))
    assert state == "failed"
    assert tasks["brief"].try_number == 1
    assert {tasks[stage].state for stage in STAGES} == {"upstream_failed"}
    assert "colour: is not a field of a brief" in log


def test_a_failed_run_ends_with_its_task_and_reason(served: Home, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF + "music: no-such-song.mp3\n")
    code, said = served.run("demo", str(path))
    assert code == 1
    end = said[said.index("The run ") :]
    assert "Task `brief` failed in try 1" in end
    assert "no-such-song.mp3" in end
    assert json.loads((served.installation.out / "last-run.json").read_text())["state"] == "failed"


def test_ctrl_c_ends_the_run_and_leaves_servers_that_others_keep(served: Home, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF.replace("two-scenes", "interrupted") + "variation: 7\n")
    demo = served.start("demo", str(path))
    assert demo.stdout
    for line in demo.stdout:
        if line.split()[:1] == ["image"] and "running" in line:
            break
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 130, rest
    with served.api() as api:
        assert api.unfinished_runs("narrated_video", "demo__") == []
    limit = time.monotonic() + 60
    while stages := _stage_processes(served):
        assert time.monotonic() < limit, stages
        time.sleep(0.5)
    assert served.stack().phase is Phase.READY
    assert locks.supervisor_lives(served.installation)


def test_when_the_store_ends_the_demo_says_so_and_everything_stops(fresh: Home, brief: Path) -> None:
    demo = fresh.start("demo", str(brief))
    _service(fresh, "weed").kill()
    said, _ = demo.communicate(timeout=120)
    assert demo.returncode == 1
    assert "s3 ended with exit code -9; the end of" in said
    assert "Traceback" not in said
    _assert_all_gone(fresh)


def test_a_demo_that_is_killed_takes_its_servers_with_it(fresh: Home, brief: Path) -> None:
    demo = fresh.start("demo", str(brief))
    _service(fresh, "weed")
    demo.kill()
    demo.communicate()
    limit = time.monotonic() + 60
    while locks.supervisor_lives(fresh.installation):
        assert time.monotonic() < limit
        time.sleep(0.2)
    _assert_all_gone(fresh)


def _service(home: Home, program: str) -> psutil.Process:
    """The embedded server `program`, once it is there."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for process in processes.left_over(home.installation.state):
            if program in Path(process.exe()).name:
                return process
        time.sleep(0.1)
    raise AssertionError(f"{program} did not start: {StackFile.of(home.installation).read()}")


def _stage_processes(home: Home) -> list[str]:
    found = (process.cmdline() for process in processes.left_over(home.installation.state))
    return [" ".join(words) for words in found if "include.runtime" in words]


def _assert_all_gone(home: Home) -> None:
    assert processes.left_over(home.installation.state) == []
    assert not locks.supervisor_lives(home.installation)
