"""`atelier plan`: what runs would make and what that costs, before anything runs."""

from __future__ import annotations

import json
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from include.contract.content_types import ContentType
from include.contract.errors import BadRequest
from include.contract.values import Determinism
from operators.briefs.brief_files import placed
from operators.cli.command import OK, Command, Surroundings
from operators.cli.connecting import connect
from operators.cli.output import counted, number_or_dash, tell, tell_json, tell_table
from operators.cli.types import brief_document, conf_of, content_type_named, day_of
from operators.configuration import deployment_in
from operators.planning.days import Span
from operators.planning.plan import Counted, Plan, StagePlan, plan_of

BEHAVIOURS = ("completed", "failed", "none")
SHOWN_MISTAKES = 20
SHOWN_BRIEFS = 5


def run(asked: Namespace) -> int:
    """Print the plan."""
    deployment = deployment_in(asked.deployment)
    content_type = content_type_named(asked.type, deployment)
    conf, span = conf_of(asked.param, asked.brief), _span(asked.first, asked.last)
    store = connect(deployment.store, asked.surroundings)
    try:
        plan = plan_of(content_type, span, conf, deployment, store)
    except BadRequest as error:
        if asked.brief is None:
            raise
        raise placed(error, brief_document(asked.brief)) from error
    if asked.json:
        tell_json(plan)
        return OK
    _tell_what(plan, content_type, span)
    if asked.days:
        _tell_days(plan)
    _tell_stages(plan)
    _tell_mistakes(plan)
    if span is not None:
        _tell_backfill(content_type, span, conf, asked.reprocess_behavior, asked.surroundings)
    return OK


def _span(first: date | None, last: date | None) -> Span | None:
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise BadRequest("--from and --to belong together; give both, or neither to plan one run")
    return Span(first, last)


def _tell_what(plan: Plan, content_type: ContentType, span: Span | None) -> None:
    when = "" if span is None else f" from {span.first} to {span.last} ({content_type.timezone})"
    tell(f"{plan.content_type}: {counted(plan.runs, 'run')}{when}, {counted(plan.briefs, 'brief')}")
    if content_type.lead_days and span is not None:
        tell(f"Each run makes the rows of the day {content_type.lead_days} days after its own.")
    tell()


def _tell_stages(plan: Plan) -> None:
    money = f"cost {plan.currency}" if plan.currency else "cost"
    rows = [
        [stage.stage, *_counts(stage.items), number_or_dash(stage.seconds_per_item, 2)]
        + [number_or_dash(stage.device_s), number_or_dash(stage.gpu_s), number_or_dash(stage.cost, 2)]
        for stage in plan.stages
    ]
    device_s = _sum([stage.device_s for stage in _pending(plan)])
    gpu_s = _sum([stage.gpu_s for stage in _pending(plan)])
    cost = _sum([stage.cost for stage in _pending(plan)]) if plan.currency else None
    rows.append(
        ["all", *_counts(_total(plan)), ""] + [number_or_dash(device_s), number_or_dash(gpu_s), number_or_dash(cost, 2)]
    )
    tell_table(["stage", "reused", "to make", "unknown", "s/item", "device s", "GPU s", money], rows)
    notes = _notes(plan) + _promises(plan)
    if notes:
        tell()
    for line in notes:
        tell(line)


def _promises(plan: Plan) -> list[str]:
    """Which stages would not make the same bytes again anywhere."""
    return [
        f"{stage.stage}: {stage.model} is `{stage.determinism}`: made again elsewhere, it is alike, not the same."
        for stage in plan.stages
        if stage.determinism is Determinism.SEEDED
    ]


def _pending(plan: Plan) -> list[StagePlan]:
    """Stages in which something is made, or may be."""
    return [stage for stage in plan.stages if stage.items.to_make or stage.items.unknown]


def _total(plan: Plan) -> Counted:
    return replace(sum((stage.items for stage in plan.stages), Counted()), effects=0)


def _sum(values: Sequence[float | None]) -> float | None:
    """Of those that are known; None when there are some, but none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known or not values else None


def _counts(items: Counted) -> list[str]:
    if items.effects:
        return ["-", f"{items.effects} always", "-"]
    return [f"{number:,}" for number in (items.reused, items.to_make, items.unknown)]


def _notes(plan: Plan) -> list[str]:
    """What the table's numbers rest on."""
    pending = _pending(plan)
    bases = [f"{stage.stage} {stage.sampled}" for stage in pending if stage.sampled]
    guessed = [stage.stage for stage in pending if not stage.sampled]
    unpriced = sorted({stage.profile for stage in pending if stage.device_s is not None and stage.cost is None})
    notes = []
    if _total(plan).unknown:
        notes.append("unknown: what they read is not made yet; seconds and cost count them as made.")
    if bases:
        notes.append(f"Seconds are based on earlier records of the same recipe and model: {', '.join(bases)}.")
    if guessed:
        notes.append(f"No estimate yet, so not in the sums: {', '.join(guessed)} (no record of the recipe and model).")
    if unpriced:
        notes.append(f"No price in the deployment: {', '.join(unpriced)} (`price_per_hour` of the profile).")
    by_token = sorted({stage.model for stage in pending if stage.is_paid_by_token})
    if by_token:
        notes.append(f"Tokens cost besides, and are not in the sums: {', '.join(by_token)} (`model_prices`).")
    return notes


def _tell_days(plan: Plan) -> None:
    stages = [stage.stage for stage in plan.stages if not stage.items.effects]
    rows = []
    for day in plan.days:
        told = [_short(day.items[stage]) for stage in stages]
        names = ", ".join(day.briefs[:SHOWN_BRIEFS]) + (", …" if len(day.briefs) > SHOWN_BRIEFS else "")
        rows.append([str(day.run_on or "each run"), names or "no rows", str(day.runs), *told])
    tell_table(["run on", "briefs", "runs", *stages], rows, left=2)
    tell()
    tell("A cell reads: reused + to make + unknown.")
    tell()


def _short(items: Counted) -> str:
    return f"{items.reused}+{items.to_make}+{items.unknown}"


def _tell_mistakes(plan: Plan) -> None:
    if not plan.mistakes:
        return
    tell()
    makes = "makes" if len(plan.mistakes) == 1 else "make"
    tell(f"{counted(len(plan.mistakes), 'row')} {makes} no brief:")
    for mistake in plan.mistakes[:SHOWN_MISTAKES]:
        tell(f"  {mistake}")
    if len(plan.mistakes) > SHOWN_MISTAKES:
        tell("  … (all of them: atelier validate)")


def _tell_backfill(
    content_type: ContentType, span: Span, conf: Mapping[str, Any], behaviour: str, surroundings: Surroundings
) -> None:
    """The commands that do what was planned."""
    tell()
    if behaviour == "completed":
        tell("Airflow's default, `none`, would skip every day that already has a run; `completed` runs these again.")
    else:
        skipped = "already has a run" if behaviour == "none" else "has a run that did not fail"
        tell(f"With `{behaviour}`, Airflow skips every day that {skipped}, so less than this may be made;")
        tell("`completed` runs all of them, and what is unchanged costs only a look-up.")
    caught_up = f", with every run since {content_type.start_date} (`catchup`)" if content_type.catchup else ""
    tell(f"While its DAG is paused, a backfill waits. Unpausing also starts the schedule{caught_up}.")
    tell(
        "Of the commands below, the first shows the DAG as it was before, and the second prints nothing if all is well;"
    )
    listing = shlex.join([*surroundings.airflow, "dags", "list-runs", content_type.name])
    tell(f"`{listing}` and Airflow's UI show its runs.")
    tell(f"To run it, {surroundings.airflow_place}:")
    tell()
    for words in (("dags", "unpause", content_type.name), _backfill(content_type, span, conf, behaviour)):
        tell(f"  {shlex.join([*surroundings.airflow, *words])}")


def _backfill(content_type: ContentType, span: Span, conf: Mapping[str, Any], behaviour: str) -> list[str]:
    zone = ZoneInfo(content_type.timezone)
    first = datetime.combine(span.first, time(), tzinfo=zone)
    last = datetime.combine(span.last, time(23, 59, 59), tzinfo=zone)
    words = ["backfill", "create", "--dag-id", content_type.name]
    words += ["--from-date", first.isoformat(), "--to-date", last.isoformat(), "--reprocess-behavior", behaviour]
    if conf:
        words += ["--dag-run-conf", json.dumps(dict(conf), ensure_ascii=False, default=str)]
    return words


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="a content type's name, or the path of its file")
    parser.add_argument("--from", dest="first", type=day_of, metavar="DAY", help="first day of the runs")
    parser.add_argument("--to", dest="last", type=day_of, metavar="DAY", help="last day of the runs")
    parser.add_argument(
        "--param", action="append", default=[], metavar="KEY=VALUE", help="a field that the runs' conf sets"
    )
    parser.add_argument("--brief", type=Path, metavar="FILE", help="plan one brief, from a YAML file")
    parser.add_argument(
        "--reprocess-behavior", choices=BEHAVIOURS, default="completed", help="the backfill's option of that name"
    )
    parser.add_argument("--days", action="store_true", help="also show each day")
    parser.add_argument("--json", action="store_true", help="for programs")


COMMAND = Command("plan", "Show what runs would make and cost, before anything runs.", _arguments, run)
