"""`make demo`: one brief, from a YAML file to its piece under out/; starts everything that it needs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from deploy.demo.airflow_api import AirflowApi, TaskState
from deploy.demo.briefs import BriefFile, read_brief
from deploy.demo.ending import exit_code_of
from deploy.demo.report import failure_report
from deploy.demo.results import RunResult, collect, stage_ends, stage_results, video_facts, warnings_in
from deploy.demo.watch import RunWatch, announcements, await_dag, end_stale_runs
from deploy.kubernetes.cluster import NoCluster, find_cluster
from deploy.local import stack, store
from deploy.local.airflow import USER, base_url
from deploy.local.console import tell
from deploy.local.credentials import credentials_of
from deploy.local.installation import Installation
from deploy.local.stack import StackFailed
from deploy.local.stackfile import StackFile
from include.contract.engines import EngineName
from include.contract.errors import AtelierError
from include.store.store import Store
from operators.pages.addresses import gallery_at
from operators.published.gallery import copy_gallery

RUN_PREFIX = "demo__"


def run_brief(installation: Installation, file: BriefFile) -> RunResult:
    """Run the brief on the embedded servers and collect what it made."""
    with stack.running(installation, tell) as running:
        credentials, hear = credentials_of(installation), announcements(installation)
        url, look = base_url(running.stack.ports), partial(stack.check, installation)
        logs = installation.airflow_home / "logs"
        with AirflowApi(url, USER, credentials.airflow_password, look=look, log_folder=logs) as api:
            parser_log = str(installation.logs / "dag-processor.log")
            await_dag(api, file.content_type, running.stack.started_at, parser_log)
            if running.started_here:
                end_stale_runs(api, file.content_type, RUN_PREFIX)
            place = store.connect(installation, credentials, running.stack.ports)
            result = made_by_run(installation, api, place, file, RUN_PREFIX, hear, ends_if_left=True)
            is_kept = StackFile.of(installation).is_kept_by(running.stack.pid)
            return replace(result, gallery=gallery_of(installation, place, result, url if is_kept else ""))


def made_by_run(
    installation: Installation,
    api: AirflowApi,
    place: Store,
    file: BriefFile,
    prefix: str,
    hear: Callable[[], Sequence[str]] = tuple,
    ends_if_left: bool = False,
) -> RunResult:
    """Run the brief in the Airflow at `api`, show it until it ends, and collect what it made.

    :param prefix: the beginning of the run's id.
    :param hear: as of `RunWatch`, and `ends_if_left` too.
    """
    started = time.monotonic()
    run_id = f"{prefix}{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
    tell(f"Making `{file.brief.id}` (run {run_id})")
    api.unpause(file.content_type)
    api.trigger(file.content_type, run_id, file.conf, note=file.brief.title)
    state, tasks = RunWatch(api, place, file.content_type, run_id, hear, ends_if_left).until_end()
    result = RunResult(dag_id=file.content_type, run_id=run_id, state=state, brief=file.brief.id)
    return _with_what_it_made(result, installation, api, place, tasks, started)


def gallery_of(installation: Installation, place: Store, result: RunResult, airflow_url: str) -> str:
    """Where to look at the gallery: in Airflow if that stays up, else in a copy on this machine."""
    if not result.is_published:
        return ""
    if airflow_url:
        return f"{airflow_url}{gallery_at(result.dag_id)}"
    try:
        return copy_gallery(place, result.dag_id, installation.out / f"gallery-{result.dag_id}").page.as_uri()
    except AtelierError as error:
        tell(f"The gallery was not copied: {error}")
        return ""


def _with_what_it_made(
    result: RunResult,
    installation: Installation,
    api: AirflowApi,
    place: Store,
    tasks: Mapping[str, TaskState],
    started: float,
) -> RunResult:
    """`result` of an ended run with its stages and its files under out/, or with why it failed.

    :param started: when the run was asked for, by `time.monotonic()`.
    """
    ends = stage_ends(api, place, result.dag_id, result.run_id, list(tasks))
    seconds = round(time.monotonic() - started, 2)
    warnings = warnings_in(place, ends)
    result = replace(result, stages=stage_results(ends, tasks), seconds=seconds, warnings=warnings)
    if result.state != "success":
        return replace(result, message=failure_report(api, result.dag_id, result.run_id, tasks))
    outputs = collect(place, ends, result.brief, installation.out)
    return replace(result, outputs=outputs, video=video_facts(installation, outputs))


def main(arguments: list[str]) -> int:
    """Exit code 0 if the piece is there, 1 if the run failed, 2 if the brief is wrong, 130 after Ctrl-C."""
    if len(arguments) not in (1, 2):
        tell("usage: python -m deploy.demo.run BRIEF.yaml [CONTENT_TYPE]")
        return os.EX_USAGE
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores the first
        signal.signal(number, signal.default_int_handler)
    installation = Installation.here()

    def make() -> RunResult:
        deployment = installation.deployment()
        file = read_brief(Path(arguments[0]), *arguments[1:], deployment=deployment)
        if deployment.engine == EngineName.KUBERNETES:
            find_cluster()
        return run_brief(installation, file)

    return exit_code_of(
        make,
        installation.out,
        if_interrupted="everything that was started here has been stopped",
        failures=(NoCluster, StackFailed),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
