"""`atelier show`: what a run did, or what became of a brief; from the store alone."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from shlex import quote
from typing import Any

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.keys import blob_key, full_address
from include.contract.manifests import Manifest, ModelLoad, Outcome
from include.contract.tokens import TokenCount
from include.store.store import Store
from operators.cli.command import OK, Command
from operators.cli.connecting import connect
from operators.cli.output import counted, number_or_dash, size_in_words, tell, tell_json, tell_table
from operators.cli.types import content_type_named, count
from operators.configuration import deployment_in
from operators.run_history import CheckedBriefs, SeenItem, SeenProgress, SeenRun, SeenStage, run_of
from operators.task_ids import stage_of_task

ITEMS = 50
_LEAST_SEEN_S = 0.05
BRIEFS = 10
"""The most briefs that are listed by name."""


def run(asked: Namespace) -> int:
    """Print what the run did."""
    deployment = deployment_in(asked.deployment)
    content_type = content_type_named(asked.type, deployment)
    store = connect(deployment.store, asked.surroundings)
    seen = run_of(store, content_type.name, asked.name, asked.items)
    if asked.json:
        tell_json(_for_programs(seen, store, content_type, deployment))
        return OK
    told = "" if asked.name == seen.run_id else f", brief {asked.name}"
    tell(f"{content_type.name}, run {seen.run_id}{told}, last written {seen.written_at:%Y-%m-%d %H:%M:%S %Z}")
    if seen.asked is not None:
        _tell_asked(seen.asked, store)
    for problem in seen.problems:
        tell(f"cannot be read: {problem}")
    tell()
    if seen.stages:
        _tell_stages(seen, content_type, deployment)
    else:
        tell("no stage has a result yet: the first one waits, runs, or failed before it could write one")
        status = f"atelier status {quote(asked.type)} {quote(seen.run_id)}"
        tell(f"to see which, and why: {status}, or its task's log in Airflow")
    for each in seen.unfinished:
        tell(_in_words(each))
    for stage in seen.stages:
        _tell_failures(stage)
        _tell_warnings(stage)
    for stage in seen.stages:
        _tell_items(stage, store)
    return OK


def _tell_asked(asked: CheckedBriefs, store: Store) -> None:
    names = [entry.brief.id for entry in asked.entries.entries]
    more = [f"and {len(names) - BRIEFS} more"] if len(names) > BRIEFS else []
    tell(f"asked for on {asked.entries.day}: {', '.join(names[:BRIEFS] + more) or 'nothing'}")
    tell(f"its briefs: {_address(store, asked.sha256)}")
    for mistake in asked.entries.mistakes[:BRIEFS]:
        tell(f"refused: {mistake}")
    if len(asked.entries.mistakes) > BRIEFS:
        tell(f"refused: {counted(len(asked.entries.mistakes) - BRIEFS, 'more row')} (--json)")


def _tell_stages(seen: SeenRun, content_type: ContentType, deployment: Deployment) -> None:
    money = f"cost {deployment.currency}" if deployment.currency else "cost"
    rows = []
    for stage in seen.stages:
        manifest, counts = stage.manifest, stage.manifest.counts
        cost = _cost(stage, content_type, deployment)
        row = [_name(manifest), f"{manifest.recipe} r{manifest.revision}", str(manifest.model)]
        row += [str(number) for number in (counts.made, counts.reused, counts.failed, counts.skipped)]
        row += [number_or_dash(manifest.spent_s), number_or_dash(manifest.saved_s), number_or_dash(cost, 2)]
        rows.append(row)
    header = ["stage", "recipe", "model", "made", "reused", "failed", "skipped", "spent s", "saved s", money]
    tell_table(header, rows, left=3)


def _in_words(unfinished: SeenProgress) -> str:
    progress = unfinished.progress
    told = [f"{progress.phase}, {progress.done} of {progress.total} done"]
    told += [f"{100 * progress.in_hand:.0f} % of one in hand"] if progress.in_hand else []
    under_way = f"; {progress.under_way}" if progress.under_way else ""
    said_at = f"{unfinished.said_at:%Y-%m-%d %H:%M:%S %Z}"
    return f"{unfinished.task_id} has no result yet, and said at {said_at}: {', '.join(told)}{under_way}"


def _tell_failures(stage: SeenStage) -> None:
    for line in stage.manifest.failures:
        tell(f"{_name(stage.manifest)} {line.item}: {line.cause or line.outcome}: {line.message}")


def _tell_warnings(stage: SeenStage) -> None:
    for item in stage.items:
        for warning in item.warnings:
            tell(f"{_name(stage.manifest)} {item.line.item}: warning: {warning}")


def _tell_items(stage: SeenStage, store: Store) -> None:
    tell()
    tell(f"{_name(stage.manifest)}: {store.domain.uri(stage.manifest_key)}")
    rows: list[list[str]] = []
    for item in stage.items:
        by = item.provenance
        made = ["", "", ""] if by is None else [by.made_at[:19], by.made_by.run_id, by.device]
        rows += [
            [item.line.item, output.name, size_in_words(output.bytes), *made, _address(store, output.sha256)]
            for output in item.line.outputs
        ]
    if (tokens := _tokens(stage)) != TokenCount():
        tell(f"its model read {tokens.read:,} tokens and wrote {tokens.written:,}")
    for load in _loads(stage):
        if parts := _in_parts(load):
            tell(f"its model was ready in {load.total_s:.1f} s: {parts}")
    for item in stage.items:
        if item.line.address:
            tell(f"{item.line.item} is published: {full_address(store.domain, item.line.address)}")
    if rows:
        tell_table(["item", "output", "size", "made at (UTC)", "by run", "on", "where"], rows, left=7)
    if stage.more_items:
        more = counted(stage.more_items, "more item")
        tell(f"… and {more} (--items {len(stage.items) + stage.more_items})")


def _loads(stage: SeenStage) -> list[ModelLoad]:
    """How long the stage's own attempts took to have its model ready; what other runs have made is not told of."""
    made = [item.provenance for item in stage.items if item.provenance is not None]
    own = (by.model_load for by in made if by.made_by.run_id == stage.manifest.run.run_id)
    return list(dict.fromkeys(load for load in own if load is not None))


def _in_parts(load: ModelLoad) -> str:
    """What took long enough to be seen; nothing of a model on a server."""
    parts = {
        "found": load.find_s,
        "downloaded": load.download_s,
        "checked": load.verify_s,
        "mapped": load.map_s,
        "to the device": load.device_s,
    }
    return ", ".join(f"{done} in {took_s:.1f}" for done, took_s in parts.items() if took_s >= _LEAST_SEEN_S)


def _name(manifest: Manifest) -> str:
    """The stage's in its content type."""
    return stage_of_task(manifest.run.task_id)


def _address(store: Store, sha256: str) -> str:
    return store.domain.uri(blob_key(sha256))


def _cost(stage: SeenStage, content_type: ContentType, deployment: Deployment) -> float | None:
    """What the run spent on the stage, in time and in tokens, at today's prices of profile and model."""
    settings = content_type.stages.get(_name(stage.manifest))
    price = deployment.model_prices.get(stage.manifest.model.name)
    known = [price.of(_tokens(stage))] if price else []
    if settings is not None and settings.profile in deployment.profiles:
        of_time = deployment.profiles[settings.profile].price_of(stage.manifest.spent_s)
        known += [] if of_time is None else [of_time]
    return sum(known) if known else None


def _tokens(stage: SeenStage) -> TokenCount:
    """Of the items that are shown and that this run made; what is reused was paid for by another."""
    own = (item.tokens for item in stage.items if item.line.outcome is Outcome.MADE)
    return sum((tokens for tokens in own if tokens is not None), TokenCount())


def _for_programs(seen: SeenRun, store: Store, content_type: ContentType, deployment: Deployment) -> dict[str, Any]:
    stages = [
        {
            "stage": _name(stage.manifest),
            "kind": stage.manifest.kind,
            "manifest": store.domain.uri(stage.manifest_key),
            **stage.manifest.model_dump(
                mode="json",
                include={"recipe", "revision", "model", "counts", "spent_s", "saved_s", "wall_s", "failures"}
                | {"content_digest", "stage_fingerprint", "process_started"},
            ),
            "cost": _cost(stage, content_type, deployment),
            "items": [_item(item, store) for item in stage.items],
            "more_items": stage.more_items,
        }
        for stage in seen.stages
    ]
    return {
        "content_type": content_type.name,
        "run_id": seen.run_id,
        "written_at": seen.written_at.isoformat(),
        "currency": deployment.currency,
        "asked": seen.asked and _asked(seen.asked, store),
        "stages": stages,
        "unfinished": [_said(each) for each in seen.unfinished],
        "problems": list(seen.problems),
    }


def _said(unfinished: SeenProgress) -> dict[str, Any]:
    said_at = unfinished.said_at.isoformat()
    return {"task_id": unfinished.task_id, "said_at": said_at, "progress": unfinished.progress.model_dump(mode="json")}


def _asked(asked: CheckedBriefs, store: Store) -> dict[str, Any]:
    return {
        "day": asked.entries.day.isoformat(),
        "briefs": [entry.brief.id for entry in asked.entries.entries],
        "refused": list(asked.entries.mistakes),
        "uri": _address(store, asked.sha256),
    }


def _item(item: SeenItem, store: Store) -> dict[str, Any]:
    line, by = item.line, item.provenance
    outputs = [{**output.model_dump(mode="json"), "uri": _address(store, output.sha256)} for output in line.outputs]
    told = line.model_dump(mode="json", exclude={"position", "outputs"})
    provenance = by and by.model_dump(mode="json")
    tokens = item.tokens and asdict(item.tokens)
    return {**told, "outputs": outputs, "provenance": provenance, "warnings": list(item.warnings), "tokens": tokens}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="a content type's name, or the path of its file")
    parser.add_argument("name", metavar="BRIEF_ID|RUN_ID", help="for a brief, the newest run that made it is shown")
    parser.add_argument(
        "--items", type=count, default=ITEMS, metavar="N", help=f"at most so many items of each stage; default: {ITEMS}"
    )
    parser.add_argument("--json", action="store_true", help="for programs")


COMMAND = Command("show", "Show what a run did, or what became of a brief.", _arguments, run)
