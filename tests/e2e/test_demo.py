"""The real thing: Airflow, S3 and stages as processes, driven as a user drives them."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.demo.airflow_api import ENDED, AirflowApi
from deploy.demo.briefs import read_brief
from deploy.local import locks, processes
from deploy.local.stackfile import Phase, StackFile
from tests.cluster.airflow import until
from tests.e2e.conftest import BRIEF, LIMIT_S, Home

pytestmark = pytest.mark.e2e
STAGES = ["text", "image", "speech", "clip", "video", "publish"]
PORT_OF = {"postgres": "database", "s3": "s3", "api-server": "airflow"}
"""The embedded servers that listen, and the names of their ports."""


def test_another_programs_airflow_is_not_taken_for_ones_own(served: Home) -> None:
    said = served.said_at_start
    assert f"port {served.port_taken}, where api-server should listen, was taken by another program" in said
    assert "everything is started again on other ports" in said
    assert "waiting for" in said
    assert served.stack().ports["airflow"] != served.port_taken


def test_a_brief_becomes_a_film_and_the_same_brief_again_starts_no_process(served: Home, brief: Path) -> None:
    code, said = served.run("demo.run", str(brief))
    assert code == 0, said
    out = served.installation.out
    first = json.loads((out / "last-run.json").read_text())
    assert (first["state"], first["brief"], first["dag_id"]) == ("success", "two-scenes", "narrated_video")
    assert [(s["stage"], s["made"]) for s in first["stages"]] == list(zip(STAGES, (1, 2, 2, 5, 1, 1), strict=True))
    assert all(stage["process_started"] for stage in first["stages"])
    assert set(first["outputs"]) == {"video", "poster", "subtitles_srt", "subtitles_vtt", "subtitles_ass", "script"}
    for output in first["outputs"].values():
        content = (out.parent / output["path"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (output["sha256"], output["bytes"])
    assert (first["video"]["width"], first["video"]["height"]) == (1080, 1080)
    assert 4 < first["video"]["duration_s"] < 30
    film, gallery = said.splitlines()[-2:]
    assert film.startswith("out/two-scenes/video.mp4  (")
    assert (
        gallery == f"gallery: http://127.0.0.1:{served.stack().ports['airflow']}/atelier/dags/narrated_video/published/"
    )

    with served.api() as api:
        run = f"/api/v2/dags/narrated_video/dagRuns/{first['run_id']}"
        assert api.ask("GET", run)["note"] == "Two scenes"
        assert api.xcom("narrated_video", first["run_id"], "publish")["told"] == "1 published"
        links = api.ask("GET", f"{run}/taskInstances/video/links")["extra_links"]
        assert list(links) == ["Gallery", "Its files", "Its job", "Its whole log", "The piece"]
        page = api.client.get(links["The piece"], follow_redirects=True)
        assert (page.status_code, page.url.path.rpartition("published/")[2][11:]) == (200, "two-scenes/")
        assert links["Its job"] is None
        for name in ("Gallery", "Its files", "Its whole log"):
            assert api.client.get(links[name]).status_code == 200

    code, said = served.run("demo.run", str(brief))
    assert code == 0, said
    again = json.loads((out / "last-run.json").read_text())
    assert "no stage process was started" in said
    assert [(s["made"], s["reused"], s["process_started"]) for s in again["stages"]] == [
        (0, items, False) for items in (1, 2, 2, 5, 1, 1)
    ]
    assert again["outputs"] == first["outputs"]


def test_a_field_that_no_brief_has_is_refused_at_once_and_no_stage_runs(served: Home) -> None:
    with served.api() as api:
        api.trigger("narrated_video", "unknown-field", {"topic": "Tea", "colour": "red"})
        limit = time.monotonic() + LIMIT_S
        while (state := api.run_state("narrated_video", "unknown-field")) not in ENDED:
            assert time.monotonic() < limit
            time.sleep(0.5)
        tasks = api.tasks("narrated_video", "unknown-field")
        log = json.dumps(api.log("narrated_video", "unknown-field", "brief", 1))
    assert state == "failed"
    assert tasks["brief"].try_number == 1
    assert {tasks[stage].state for stage in STAGES} == {"upstream_failed"}
    assert "colour: is not a field; allowed: id, topic, language, scenes," in log
    assert "error_detail" not in log, "it is told without a traceback"


def test_a_failed_run_ends_with_its_task_and_reason(served: Home, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF + "music: s3://atelier/no-such-song.mp3\n")
    code, said = served.run("demo.run", str(path))
    assert code == 1
    end = said[said.index("The run ") :]
    assert "Task `brief` failed in try 1" in end
    assert "no-such-song.mp3" in end
    assert json.loads((served.installation.out / "last-run.json").read_text())["state"] == "failed"


def test_ctrl_c_ends_the_run_and_leaves_servers_that_others_keep(served: Home, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF.replace("two-scenes", "interrupted") + "variation: 7\n")
    demo = served.start("demo.run", str(path))
    assert demo.stdout
    for line in demo.stdout:
        if line.split()[:1] == ["image"] and "running" in line:
            break
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=LIMIT_S)
    assert demo.returncode == 130, rest
    with served.api() as api:
        assert api.unfinished_runs("narrated_video", "demo__") == []
    limit = time.monotonic() + LIMIT_S
    while stages := _stage_processes(served):
        assert time.monotonic() < limit, stages
        time.sleep(0.5)
    assert served.stack().phase is Phase.READY
    assert locks.supervisor_lives(served.installation)


def test_a_demo_survives_servers_that_are_killed_and_says_so(served: Home, tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(BRIEF.replace("two-scenes", "survivor") + "variation: 8\n")
    demo = served.start("demo.run", str(path))
    assert demo.stdout
    said = ""
    while "image" not in said:
        said += demo.stdout.readline()
    for name in PORT_OF:
        _server(served, name).kill()
    rest, _ = demo.communicate(timeout=LIMIT_S)
    said += rest
    assert demo.returncode == 0, said
    later = served.up()
    for name in PORT_OF:
        happened = f"{name} ended with exit code -9 and was started again; "
        assert happened in said
        assert happened in later


def test_a_stop_in_the_middle_of_a_run_uses_up_no_try(served: Home, brief: Path) -> None:
    """The stage is held while the stop, whose command takes seconds to start, is on its way."""
    with served.api() as api:
        api.unpause("narrated_video")
        api.trigger("narrated_video", "stopped", read_brief(brief).conf | {"variation": 9})
        stage = psutil.Process(until(lambda: _pid_of_images(api), LIMIT_S, "the process that makes pictures"))
    stage.suspend()
    stop = served.start("local.commands", "down")
    until(lambda: _is_asked_to_end(stage.pid), LIMIT_S, "the stop has reached the stage")
    stage.resume()
    said, _ = stop.communicate(timeout=LIMIT_S)
    assert stop.returncode == 0, said
    _assert_all_gone(served)
    served.up()
    with served.api() as api:
        until(lambda: api.run_state("narrated_video", "stopped") in ENDED, LIMIT_S, "the run has ended")
        assert api.run_state("narrated_video", "stopped") == "success"
        tries = {task.task_id: task.try_number for task in api.tasks("narrated_video", "stopped").values()}
        log = _log_of_images(api)
    assert "(retry 1 of 5 for infrastructure)" in log
    assert tries["image"] == 2
    assert max(tries.values()) == 2


def test_a_demo_that_is_killed_takes_its_servers_with_it(fresh: Home, brief: Path) -> None:
    demo = fresh.start("demo.run", str(brief))
    _server(fresh, "s3")
    demo.kill()
    demo.communicate()
    limit = time.monotonic() + LIMIT_S
    while locks.supervisor_lives(fresh.installation):
        assert time.monotonic() < limit
        time.sleep(0.2)
    _assert_all_gone(fresh)


def _server(home: Home, name: str) -> psutil.Process:
    """The embedded server `name`, once it listens."""

    def find() -> psutil.Process | None:
        stack = StackFile.of(home.installation).read()
        port = stack.ports.get(PORT_OF[name]) if stack else None
        if port is None:
            return None
        for process in processes.left_over(home.installation.state):
            with suppress(psutil.Error):
                if any(c.status == "LISTEN" and c.laddr.port == port for c in process.net_connections("tcp")):
                    return process
        return None

    found: psutil.Process = until(find, 120, f"{name} listens")
    return found


def _log_of_images(api: AirflowApi) -> str:
    return json.dumps(api.log("narrated_video", "stopped", "image", 1))


def _pid_of_images(api: AirflowApi) -> int | None:
    task = api.tasks("narrated_video", "stopped").get("image")
    started = re.search(r"Process (\d+):", _log_of_images(api)) if task and task.state == "running" else None
    return int(started[1]) if started else None


def _is_asked_to_end(pid: int) -> bool:
    """Whether SIGTERM waits for a process that is suspended. See proc_pid_status(5), `ShdPnd`."""
    waiting = re.search(r"ShdPnd:\s*([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text())
    return bool(waiting and int(waiting[1], 16) & 1 << (signal.SIGTERM - 1))


def _stage_processes(home: Home) -> list[str]:
    found = (process.cmdline() for process in processes.left_over(home.installation.state))
    return [" ".join(words) for words in found if "include.runtime" in words]


def _assert_all_gone(home: Home) -> None:
    assert processes.left_over(home.installation.state) == []
    assert not locks.supervisor_lives(home.installation)
