"""The last lines of a demo: what was made, or what went wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.demo.airflow_api import AirflowApi, AirflowRefused, TaskState
from deploy.demo.results import OutputFile, RunResult

LOG_LINES = 8
MOST_MISTAKES = 60
EXITED = "Task exited"
"""What Airflow logs for a task that has reported its mistakes."""


def summary(result: RunResult) -> str:
    """The table of stages, and what was made or what failed."""
    wide = max(10, *(len(stage.stage) + 1 for stage in result.stages), 0)
    lines = [f"{'stage':<{wide}}{'made':>6}{'reused':>8}{'failed':>8}{'seconds':>10}"]
    lines += [f"{s.stage:<{wide}}{s.made:>6}{s.reused:>8}{s.failed:>8}{s.seconds:>10.1f}" for s in result.stages]
    lines.append(f"{'whole run':<{wide + 22}}{result.seconds:>10.1f}")
    if result.state != "success":
        return "\n".join(["", *lines, "", f"The run {result.run_id} {result.state}.", result.message])
    if not any(stage.process_started for stage in result.stages):
        lines.append("Everything was reused: no stage process was started.")
    warnings = [f"warning: {warning}" for warning in result.warnings]
    gallery = [f"gallery: {result.gallery}"] if result.gallery else []
    return "\n".join(["", *lines, "", *warnings, *_piece(result), *gallery])


def failure_report(api: AirflowApi, dag_id: str, run_id: str, tasks: Mapping[str, TaskState]) -> str:
    """Which task failed, its error, and what to do."""
    failed = [task for task in tasks.values() if task.state == "failed"]
    if not failed:
        return "No task failed; look at the run in the Airflow UI (`make up`)."
    return "\n".join(_failure(api, dag_id, run_id, task) for task in failed)


def _failure(api: AirflowApi, dag_id: str, run_id: str, task: TaskState) -> str:
    try:
        events = api.log(dag_id, run_id, task.task_id, task.try_number, task.map_index)
    except AirflowRefused as error:
        return f"Task `{task.task_id}` failed in try {task.try_number}; its log cannot be read: {error}"
    said = _error_lines(events)
    return "\n".join(
        [
            f"Task `{task.task_id}` failed in try {task.try_number}:",
            *(f"  {line}" for line in said),
            f"Its whole log: {api.log_address(dag_id, run_id, task.task_id)}",
            "Fix the cause and run the same command again; what was already made is reused.",
        ]
    )


def _error_lines(events: list[dict[str, object]]) -> list[str]:
    """The last exception's message; without one, what was logged as an error, or the log's end."""
    for event in reversed(events):
        details = event.get("error_detail")
        if isinstance(details, list) and details:
            # The first is the one that was raised; what it was raised from follows.
            return str(details[0].get("exc_value", "")).splitlines() or [str(details[0].get("exc_type"))]
    errors = [event for event in events if event.get("level") == "error" and event.get("event") != EXITED]
    said = [str(event.get("event", "")) for event in errors or events]
    return [line for line in said if line.strip()][-(MOST_MISTAKES if errors else LOG_LINES) :]


def _piece(result: RunResult) -> list[str]:
    video = result.outputs.get("video")
    if video is None:
        return [f"{file.path}  ({file.bytes / 1e3:.1f} kB)" for file in result.outputs.values()]
    facts = result.video
    look = f"{facts.duration_s:.1f} s, {facts.width}x{facts.height}, {facts.fps:g} fps, " if facts else ""
    others = [file for name, file in result.outputs.items() if name.endswith("/video")]
    return [f"{video.path}  ({look}{_megabytes(video)})", *(f"{file.path}  ({_megabytes(file)})" for file in others)]


def _megabytes(file: OutputFile) -> str:
    return f"{file.bytes / 1e6:.1f} MB"
