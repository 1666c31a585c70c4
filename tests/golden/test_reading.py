"""The golden bucket in a real store: today's code finds all that was made, shows it, plans with it, publishes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

import operators.stages.operator
from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.contract.engines import Job
from include.contract.manifests import Counts, ItemLine, Manifest, Outcome, unpack_lines
from include.contract.published import Index, PublishedItem
from include.contract.requests import StageRequest
from include.contract.values import StageKind
from include.store.store import Store
from operators.cli.main import main
from operators.engines.process import ProcessEngine
from operators.store import connected_store
from tests.golden.bucket import Objects, golden_objects, load
from tests.golden.runs import ANOTHER_TAKE, FIRST_DAY, FIRST_RUN, GOLDEN_TYPE, REMADE_RUN, SECOND_DAY, Run, golden_world
from tests.golden.test_rewriting import RULE

STAGES = ("script", "image_shards", "image", "card")
PUBLISHED = "published/golden/"
Atelier = Callable[..., str]


@pytest.fixture
def world(s3: S3, tmp_path: Path) -> Iterator[Deployment]:
    """A deployment on a store that holds the golden bucket."""
    load(golden_objects(), s3.client(), s3.bucket)
    with golden_world(s3, tmp_path) as deployment:
        yield deployment


@pytest.fixture
def store(world: Deployment) -> Store:
    return connected_store(world.store)


@pytest.fixture
def atelier(world: Deployment, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Atelier:
    """Runs a subcommand; what it says."""

    def run(*words: str) -> str:
        assert main(["--deployment", str(tmp_path / "deployment.yaml"), *words]) == 0
        return capfd.readouterr().out

    return run


@pytest.fixture
def type_file(world: Deployment, tmp_path: Path) -> str:
    """The content type's file."""
    path = tmp_path / "golden.yaml"
    path.write_text(yaml.safe_dump(GOLDEN_TYPE, allow_unicode=True, sort_keys=False))
    return str(path)


def starts_nothing(*_: Any) -> None:
    raise AssertionError(f"a process would start to make what the golden bucket has\n{RULE}")


def lines_of(store: Store, left: dict[str, Any]) -> dict[str, ItemLine]:
    body = store.get(left["manifest"])
    assert body is not None
    parts = Manifest.model_validate_json(body).parts
    return {line.item: line for part in parts for line in unpack_lines(store.blob(part.sha256, "a part"))}


def golden_digests(run_id: str, golden: Objects) -> dict[str, str]:
    """Content digest of each stage's manifest of a run, by task; of shards, by task and index."""
    found = [Manifest.model_validate_json(body) for key, body in golden.items() if key.endswith("/manifest.json")]
    return {f"{m.run.task_id} {m.run.map_index}": m.content_digest for m in found if m.run.run_id == run_id}


def digests_of(run: Run, tasks: tuple[str, ...]) -> dict[str, str]:
    return {
        f"{task} {index if len(run.left(task)) > 1 else -1}": left["content_digest"]
        for task in tasks
        for index, left in enumerate(run.left(task))
    }


def test_a_run_of_the_same_starts_no_process_and_ends_with_the_same_content(
    world: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators.stages.operator, "engine_of", starts_nothing)
    run = Run(world, "manual__2027-01-01T00:00:00+00:00", SECOND_DAY, ANOTHER_TAKE)
    run.make_pieces()
    run.publish()
    tasks = (*STAGES, "publish")
    assert digests_of(run, tasks) == golden_digests(REMADE_RUN, golden_objects()), RULE
    assert [left["process_started"] for task in tasks for left in run.left(task)] == [False] * 6
    assert all(left["saved_s"] > 0 for task in STAGES for left in run.left(task) if left["counts"]["planned"])
    (published,) = run.left("publish")
    assert lines_of(store, published)["honey"].address == f"{PUBLISHED}2026/11/26/honey/item.json"


def test_a_day_that_had_a_failure_makes_that_item_alone_and_publishes_what_is_not_withdrawn(
    world: Deployment, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(world, "backfill__2026-11-25T06:00:00+00:00", FIRST_DAY)
    with monkeypatch.context() as patch:
        patch.setattr(operators.stages.operator, "engine_of", starts_nothing)
        run.begin()
        run.stage("script")
        run.pictures()
    run.stage("card")
    run.publish()
    assert digests_of(run, STAGES).items() <= golden_digests(FIRST_RUN, golden_objects()).items(), RULE
    assert run.left("card")[0]["counts"] == {"planned": 4, "made": 0, "reused": 3, "failed": 1, "skipped": 0}
    lines = lines_of(store, run.left("publish")[0])
    assert {brief: line.outcome for brief, line in lines.items()} == {
        "honey": Outcome.REUSED,
        "tea": Outcome.SKIPPED,
        "moss": Outcome.SKIPPED,
    }
    assert "withdrawn by ada" in lines["tea"].message
    assert "rejected by ada" in lines["moss"].message


def test_a_request_that_was_asked_by_earlier_code_is_run(world: Deployment, store: Store, golden: Objects) -> None:
    """As a pod does that starts after an upgrade."""
    bodies = {key: body for key, body in golden.items() if key.startswith("v1/requests/")}
    asked = {key: StageRequest.model_validate_json(body) for key, body in bodies.items()}
    key = next(key for key, each in asked.items() if (each.kind, each.run.run_id) == (StageKind.TEXT, FIRST_RUN))
    assert world.process is not None
    job = Job(store.domain.uri(key), attempt=2, grace_s=25, environment=store.connection.environment())
    assert ProcessEngine(world.process).run(job) is None, RULE
    listed = store.listed(f"v1/runs/golden/{quote(FIRST_RUN)}/script/", 10)
    (left,) = [each.key for each in listed if each.key.endswith("/manifest.json")]
    manifest = Manifest.model_validate_json(store.get(left) or b"")
    assert (manifest.attempt, manifest.counts) == (2, Counts(planned=4, reused=4)), RULE


def test_its_runs_and_briefs_are_shown(atelier: Atelier, type_file: str) -> None:
    out = atelier("show", type_file, FIRST_RUN)
    rows = {line.split()[0]: line.split() for line in reversed(out.splitlines()) if line.strip()}
    assert rows["card"][4:8] == ["3", "0", "1", "0"]
    assert rows["publish"][4:8] == ["2", "0", "0", "1"]
    assert "asked for on 2026-11-25: honey, tea, wax, moss" in out
    assert "refused: calendar.csv, line 6" in out
    assert "card wax: rejected_content: wax is refused" in out
    shown = json.loads(atelier("show", type_file, "honey", "--json"))
    assert [stage["stage"] for stage in shown["stages"]] == ["script", "image", "card", "publish"]
    assert shown["stages"][0]["items"][0]["provenance"]["made_by"]["run_id"] == FIRST_RUN


def test_a_plan_counts_what_is_there_and_estimates_the_rest_by_it(
    atelier: Atelier, type_file: str, world: Deployment
) -> None:
    calendar = Path(str(world.files)) / "calendar.csv"
    calendar.write_text(f"{calendar.read_text('utf-8')}2026-11-27,bees,Bees at night,2,en,16:9,\n", "utf-8")
    plan = json.loads(atelier("plan", type_file, "--from", "2026-11-25", "--to", "2026-11-27", "--json"))
    items = {stage["stage"]: stage["items"] for stage in plan["stages"]}
    assert items["script"] == {"reused": 4, "to_make": 1, "unknown": 0, "unasked": 0, "effects": 0}
    assert items["image"] == {"reused": 8, "to_make": 0, "unknown": 2, "unasked": 0, "effects": 0}
    assert items["card"] == {"reused": 3, "to_make": 1, "unknown": 1, "unasked": 0, "effects": 0}
    assert items["publish"]["effects"] == 5
    assert all(stage["seconds_per_item"] > 0 for stage in plan["stages"] if stage["stage"] != "publish")


def test_what_is_withdrawn_comes_back_and_what_is_listed_can_be_taken_out(atelier: Atelier, store: Store) -> None:
    before = index_of(store)
    assert [(entry.slug, str(entry.day)) for entry in before.items] == [
        ("honey", "2026-11-26"),
        ("honey", "2026-11-25"),
    ]
    assert "listed again: 2026-11-25" in atelier("restore", "golden", "tea", "--by", "bob")
    assert [entry.slug for entry in index_of(store).items] == ["honey", "honey", "tea"]
    assert "taken out: 2026-11-25, 2026-11-26" in atelier("withdraw", "golden", "honey", "--by", "bob", "--why", "old")
    after = index_of(store)
    assert [entry.slug for entry in after.items] == ["tea"]
    assert after.channel == before.channel


def test_what_is_published_is_right_byte_by_byte(atelier: Atelier) -> None:
    assert atelier("verify", "published", "golden").startswith("2 pieces, 6 files, "), RULE


def test_a_new_take_replaces_a_published_piece_under_its_guid(world: Deployment, store: Store) -> None:
    before = piece_of(store, "honey")
    run = Run(world, "manual__2027-01-02T00:00:00+00:00", FIRST_DAY, ANOTHER_TAKE)
    run.make_pieces()
    run.publish()
    after = piece_of(store, "honey")
    assert (after.guid, after.published_at) == (before.guid, before.published_at), RULE
    assert after.content_digest == piece_of(store, "honey", date(2026, 11, 26)).content_digest != before.content_digest


def index_of(store: Store) -> Index:
    body = store.get(f"{PUBLISHED}index.json")
    assert body is not None
    return Index.model_validate_json(body)


def piece_of(store: Store, slug: str, day: date = date(2026, 11, 25)) -> PublishedItem:
    body = store.get(f"{PUBLISHED}{day:%Y/%m/%d}/{slug}/item.json")
    assert body is not None
    return PublishedItem.model_validate_json(body)
