from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from deploy.demo.airflow_api import AirflowApi, TaskState
from deploy.demo.report import failure_report, summary
from deploy.demo.results import OutputFile, RunResult, StageResult, VideoFacts

MADE = StageResult("image", items=5, made=2, reused=3, failed=0, seconds=12.34, process_started=True, pods_started=0)
RESULT = RunResult(
    dag_id="narrated_video",
    run_id="demo__1",
    state="success",
    brief="tea",
    outputs={"video": OutputFile("out/tea/video.mp4", "0" * 64, 2_500_000)},
    stages=(MADE,),
    seconds=20.0,
    video=VideoFacts(1920, 1080, 30.0, 50.6),
)


def test_the_last_line_is_the_film() -> None:
    lines = summary(RESULT).splitlines()
    assert lines[-1] == "out/tea/video.mp4  (50.6 s, 1920x1080, 30 fps, 2.5 MB)"
    assert any(line.split() == ["image", "2", "3", "0", "12.3"] for line in lines)
    assert "no stage process" not in summary(RESULT)


def test_a_second_film_is_told_with_the_folder_of_its_stage() -> None:
    outputs = {**RESULT.outputs, "small/video": OutputFile("out/tea/small/video.mp4", "1" * 64, 1_000_000)}
    assert summary(replace(RESULT, outputs=outputs)).splitlines()[-1] == "out/tea/small/video.mp4  (1.0 MB)"


def test_a_long_name_of_a_stage_leaves_the_columns_straight() -> None:
    long = replace(MADE, stage="pictures-at-four-times-the-size")
    heading, *rows = summary(replace(RESULT, stages=(MADE, long))).splitlines()[1:5]
    assert {len(row) for row in rows} == {len(heading)}


def test_what_stages_warn_of_stands_above_the_film() -> None:
    assert summary(replace(RESULT, warnings=("music: is silent",))).splitlines()[-3:] == [
        "",
        "warning: music: is silent",
        "out/tea/video.mp4  (50.6 s, 1920x1080, 30 fps, 2.5 MB)",
    ]


def test_the_gallery_stands_below_the_film() -> None:
    lines = summary(replace(RESULT, gallery="file:///out/gallery-narrated_video/index.html")).splitlines()
    assert lines[-1] == "gallery: file:///out/gallery-narrated_video/index.html"


def test_only_what_a_run_has_published_is_in_the_gallery() -> None:
    published = replace(RESULT, stages=(MADE, replace(MADE, stage="shelve", publishes=True)))
    assert published.is_published
    assert not RESULT.is_published
    assert not replace(published, state="failed").is_published


def test_it_says_when_no_process_was_started() -> None:
    reused = replace(MADE, made=0, reused=5, process_started=False)
    assert "no stage process was started" in summary(replace(RESULT, stages=(reused,)))


def test_a_failure_ends_with_its_reason() -> None:
    failed = replace(RESULT, state="failed", outputs={}, video=None, message="Task `text` failed in try 3:\n  no model")
    assert summary(failed).splitlines()[-2:] == ["Task `text` failed in try 3:", "  no model"]


class Logs:
    """An Airflow that has one log."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = list(events)

    def log(self, *asked: object) -> list[dict[str, Any]]:
        return self.events

    def log_address(self, *asked: object) -> str:
        return "/".join(map(str, asked))


def report_of(*events: dict[str, Any]) -> list[str]:
    api = cast(AirflowApi, Logs(*events))
    failed = TaskState(task_id="brief", state="failed", try_number=1, started=None, duration_s=1.0)
    return failure_report(api, "films", "run", {"brief": failed}).splitlines()


def test_a_failed_task_tells_its_last_exception() -> None:
    raised = {
        "event": "Task failed with exception",
        "error_detail": [{"exc_value": "no\nroom"}],
    }
    assert report_of({"event": "before", "level": "error"}, raised)[1:3] == ["  no", "  room"]


def test_it_says_where_the_whole_log_is() -> None:
    assert report_of({"event": "x"})[-2] == "Its whole log: films/run/brief"


def test_a_task_that_was_refused_tells_every_mistake_that_it_logged() -> None:
    mistakes = [{"event": f"- field{number}: is wrong", "level": "error"} for number in range(20)]
    ended = [{"event": "Task exited", "level": "error"}, {"event": "::group::Post Execute", "level": "info"}]
    said = report_of({"event": "starts", "level": "info"}, *mistakes, *ended)
    assert said[1:21] == [f"  {mistake['event']}" for mistake in mistakes]


def test_a_task_that_said_nothing_tells_the_end_of_its_log() -> None:
    assert report_of(*({"event": f"line {number}", "level": "info"} for number in range(20)))[1] == "  line 12"
