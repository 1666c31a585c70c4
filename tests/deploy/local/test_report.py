from __future__ import annotations

from dataclasses import replace

from deploy.local.report import summary
from deploy.local.results import OutputFile, RunResult, StageResult, VideoFacts

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


def test_what_stages_warn_of_stands_above_the_film() -> None:
    assert summary(replace(RESULT, warnings=("music: is silent",))).splitlines()[-3:] == [
        "",
        "warning: music: is silent",
        "out/tea/video.mp4  (50.6 s, 1920x1080, 30 fps, 2.5 MB)",
    ]


def test_it_says_when_no_process_was_started() -> None:
    reused = replace(MADE, made=0, reused=5, process_started=False)
    assert "no stage process was started" in summary(replace(RESULT, stages=(reused,)))


def test_a_failure_ends_with_its_reason() -> None:
    failed = replace(RESULT, state="failed", outputs={}, video=None, message="Task `text` failed in try 3:\n  no model")
    assert summary(failed).splitlines()[-2:] == ["Task `text` failed in try 3:", "  no model"]
