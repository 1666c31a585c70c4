"""How far a run is, from what lies in the store: of real runs by the process engine, and of made-up ones."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import psutil
import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, CheckFailed, NodeLost, RejectedContent
from include.contract.item_states import MAX_STATES_BYTES, ItemNow, ItemState
from include.contract.keys import manifest_key, progress_key, runs_prefix
from include.contract.manifests import ItemLine, Manifest, Shard
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.retry import StageFailed
from operators.run_history import lines_of, manifests_of
from operators.status import reading
from operators.status.reading import StatusReader
from operators.status.status import RunStatus, StageState, StageStatus
from tests.cluster.airflow import until
from tests.operators.conftest import Run, films
from tests.operators.planning.archive import Archive
from tests.operators.status.runs import begun, scripted
from tests.operators.status.writing import REQUEST, Writer

RUN_ID = "manual__2026-11-28T06:00:00+00:00 ü/ä"


def seen(store: Store, run_id: str = "manual__1", name: str = "films", **content_type: object) -> RunStatus:
    return StatusReader(store, films(name=name, **content_type), run_id).look()


def stage(run: RunStatus, name: str) -> StageStatus:
    return next(each for each in run.stages if each.stage == name)


def states(found: StageStatus) -> dict[str, str]:
    return {each.item: each.state for each in found.items}


def archived(store: Store, *topics: str, fail: str = "") -> dict[str, Manifest]:
    return Archive(store, films()).make([brief_of({"topic": topic}, films()) for topic in topics], fail=fail)


def images_in(deployment: Deployment, run: Run) -> Thread:
    """The run's pictures, being made beside the test; they end in a failure."""

    def make() -> None:
        with pytest.raises(StageFailed):
            run.image()

    thread = Thread(target=make)
    thread.start()
    return thread


def kill_stage() -> None:
    """With -9."""
    for child in psutil.Process().children(recursive=True):
        if "scripted.py" in " ".join(child.cmdline()):
            child.kill()


def test_a_stage_is_seen_while_it_runs_after_it_was_killed_and_when_its_next_try_has_made_it(
    deployment: Deployment, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def now() -> StageStatus:
        return stage(seen(store, RUN_ID, "narrated_video"), "image")

    run = begun(scripted(deployment, tmp_path), "stuck-02", RUN_ID)
    assert (now().state, now().items) == (StageState.WAITING, ())
    thread = images_in(deployment, run)
    try:
        until(lambda: "stroke" in str([task.under_way for task in now().tasks]), 60, "the second picture is begun")
        (task,) = now().tasks
        assert (now().state, task.attempt, task.in_hand) == (StageState.RUNNING, 1, 0.4)
        assert states(now()) == {"stuck-02/01": "made", "stuck-02/02": "running", "stuck-02/03": "waiting"}
        running = now().items[1]
        assert running.node
        assert running.since
        assert [each.tries for each in now().items] == [1, 1, 0]
    finally:
        kill_stage()
        thread.join()
    assert states(now())["stuck-02/02"] == "running", "nobody can know it sooner than its silence tells"
    with monkeypatch.context() as later:
        later.setattr(reading, "SILENT_S", -1.0)
        assert now().state is StageState.SILENT
        assert states(now()) == {"stuck-02/01": "made", "stuck-02/02": "interrupted", "stuck-02/03": "waiting"}
    again = Run(deployment, run_id=RUN_ID, try_number=2, xcoms=run.xcoms)
    again.deployment = scripted(deployment, tmp_path, unstuck=True)
    again.image()
    assert now().state is StageState.DONE
    assert states(now()) == {"stuck-02/01": "reused", "stuck-02/02": "made", "stuck-02/03": "made"}
    assert [each.tries for each in now().items] == [1, 2, 1]


def test_after_the_run_it_says_the_same_as_the_manifest(deployment: Deployment, store: Store, tmp_path: Path) -> None:
    run = begun(scripted(deployment, tmp_path), "refused-02", RUN_ID)
    with pytest.raises(StageFailed):
        run.image()
    found = stage(seen(store, RUN_ID, "narrated_video"), "image")
    manifest = next(each for each in manifests_of(store, "narrated_video", RUN_ID) if each.kind == "image")
    told = [(each.item, each.state, each.cause, each.message) for each in found.items]
    lines = list(lines_of(store, manifest))
    assert told == [(line.item, line.outcome, line.cause, line.message) for line in lines]
    assert found.counts["failed"] == manifest.counts.failed == 1
    assert (found.state, found.is_over) == (StageState.FAILED, True)
    assert found.items[1].node
    assert found.tasks[0].cause == "items_failed"


def test_a_run_without_objects_of_its_items_is_told_by_its_manifests(store: Store) -> None:
    archived(store, "Bees", fail="bees/02")
    run = seen(store)
    assert [each.stage for each in run.stages] == ["text", "image", "speech", "clip", "video"]
    assert states(stage(run, "image")) == {"bees/01": "made", "bees/02": "failed"}
    assert [each.tries for each in stage(run, "image").items] == [None, None]
    assert states(stage(run, "video")) == {"bees": "skipped"}
    assert stage(run, "image").state is StageState.FAILED, "more items failed than the stage allows"
    assert stage(seen(store, stages=_allowing(0.5)), "image").state is StageState.DONE


def _allowing(share: float) -> dict[str, dict[str, object]]:
    told = films().model_dump(mode="json", exclude_defaults=True)["stages"]
    return {**told, "image": {**told["image"], "max_failed_share": share}}


def test_a_run_that_does_not_exist_is_refused_with_the_newest_there_is(store: Store) -> None:
    with pytest.raises(BadRequest, match="there is nothing of a run `manual__2` of `films`.*ended yet$"):
        seen(store, "manual__2")
    archived(store, "Bees")
    with pytest.raises(BadRequest, match="the newest run there: manual__1$"):
        seen(store, "manual__2")


def test_ten_thousand_items_are_counted_and_those_that_run_or_failed_are_named(store: Store) -> None:
    items = [ItemNow(item=f"{number:05d}-{hash(str(number)):x}", state=ItemState.MADE) for number in range(10_000)]
    items[9_998] = ItemNow(item="tea", state=ItemState.RUNNING, node="node-1", tries=1)
    items[9_999] = ItemNow(item="bread", state=ItemState.FAILED, cause="bug", message="no", tries=1)
    writer = Writer(store)
    writer.progress("image", total=10_000)
    writer.items("image", items)
    (listed,) = [each for each in store.listed("v1/runs/films/") if each.key.endswith("items.json.gz")]
    assert listed.bytes <= MAX_STATES_BYTES
    found = stage(seen(store), "image")
    assert (found.counts["made"], found.counts["running"], found.counts["failed"]) == (9_998, 1, 1)
    assert {"tea": "running", "bread": "failed"}.items() <= states(found).items()


def test_where_nothing_tells_of_items_progress_counts_them(store: Store) -> None:
    Writer(store).progress("image", total=40, done=3, made=2, reused=1)
    counts = stage(seen(store), "image").counts
    assert (counts["waiting"], counts["made"], counts["reused"]) == (37, 2, 1)


def test_a_try_that_failed_says_why_and_what_it_was_making_is_interrupted(store: Store) -> None:
    writer = Writer(store)
    writer.items("image", [ItemNow(item="bees/01", state=ItemState.RUNNING, node="node-1", tries=1)])
    writer.end("image", NodeLost("the node is gone"))
    found = stage(seen(store), "image")
    (task,) = found.tasks
    assert (found.state, task.cause, task.message, task.is_final) == (
        StageState.FAILED,
        "node_lost",
        "the node is gone",
        False,
    )
    assert not found.is_over
    assert states(found) == {"bees/01": "interrupted"}


def test_a_failure_of_the_work_is_final_when_its_tries_are_used_up_or_none_would_help(store: Store) -> None:
    writer = Writer(store)
    retries = films().stages["image"].retries
    for attempt in range(1, retries + 1):
        writer.end("image", CheckFailed("is blank"), attempt)
        assert not stage(seen(store), "image").is_over
    writer.end("image", CheckFailed("is blank"), retries + 1)
    assert stage(seen(store), "image").is_over
    writer.end("speech", RejectedContent("no"))
    assert stage(seen(store), "speech").is_over


def test_what_reads_a_stage_that_failed_for_good_is_over_and_what_does_not_is_waited_for(store: Store) -> None:
    archived_text = Archive(store, films())
    archived_text.make([brief_of({"topic": "Bees"}, films())], stages=["text"])
    Writer(store).end("image", RejectedContent("no"))
    run = seen(store)
    assert {each.stage: each.is_over for each in run.stages} == {
        "text": True,
        "image": True,
        "speech": False,
        "clip": True,
        "video": True,
    }
    assert not run.is_over
    Writer(store).end("speech", RejectedContent("no"))
    assert seen(store).is_over


def newest(store: Store, key: str) -> None:
    """Write an object again until the store's clock says that it is the newest."""
    body = store.get(key)
    assert body is not None
    others = [each.modified_at for each in store.listed("v1/runs/films/") if each.key != key]

    def is_newest() -> bool:
        store.put(key, body)
        return store.listed(key, 1)[0].modified_at > max(others)

    until(is_newest, 30, "the store's clock goes on")


def test_a_later_try_counts_for_more_than_an_earlier_manifest_and_a_later_manifest_for_more_than_that(
    store: Store,
) -> None:
    manifest = archived(store, "Bees")["image"]
    writer = Writer(store)
    writer.progress("image", 2, request=manifest.request)
    (said,) = [each.key for each in store.listed("v1/runs/films/") if each.key.endswith("2/progress.json")]
    newest(store, said)
    found = stage(seen(store), "image")
    assert (found.state, found.tasks[0].attempt) == (StageState.RUNNING, 2)
    newest(store, manifest_key(manifest.run, manifest.request))
    assert stage(seen(store), "image").state is StageState.DONE


def test_the_same_try_of_a_run_that_was_deleted_and_made_again_counts_for_more_than_its_old_manifest(
    store: Store,
) -> None:
    manifest = archived(store, "Bees")["image"]
    Writer(store).progress("image", 1, request=manifest.request)
    (said,) = [each.key for each in store.listed("v1/runs/films/") if each.key.endswith("1/progress.json")]
    newest(store, said)
    assert stage(seen(store), "image").state is StageState.RUNNING
    Writer(store).progress("image", 1, request=manifest.request, phase="done")
    assert stage(seen(store), "image").state is StageState.DONE


def test_shards_are_one_stage_until_their_merge_and_then_its_manifest_counts(store: Store) -> None:
    image = archived(store, "Bees")["image"]
    sharded = films().model_dump(mode="json", exclude_defaults=True)["stages"]
    sharded["image"]["shards"] = 3
    writer = Writer(store, "manual__2")

    def now() -> StageStatus:
        return stage(seen(store, "manual__2", stages=sharded), "image")

    def leave(task: str, index: int, shard: Shard) -> None:
        run = writer.run(task, index)
        left = image.model_copy(update={"run": run, "shard": shard, "request": REQUEST})
        store.put(manifest_key(run, REQUEST), left.model_dump_json().encode())

    leave("image_shards", 0, Shard(index=0, count=3))
    assert now().state is StageState.WAITING
    writer.progress("image_shards", index=1)
    writer.items(
        "image_shards",
        [ItemNow(item="tea/01", state=ItemState.RUNNING, node="node-1", tries=2), ItemNow(item="tea/02", tries=1)],
        index=1,
    )
    assert now().state is StageState.RUNNING
    assert states(now()) == {"bees/01": "made", "bees/02": "made", "tea/01": "running", "tea/02": "waiting"}
    writer.end("image_shards", RejectedContent("no"), index=2)
    assert [task.state for task in now().tasks] == [StageState.DONE, StageState.RUNNING, StageState.FAILED]
    for index in (1, 2):
        writer.progress("image_shards", index=index, phase="done")
        leave("image_shards", index, Shard(index=index, count=3))
    leave("image", -1, Shard())
    assert (now().state, len(now().tasks)) == (StageState.DONE, 1)
    assert states(now()) == {"bees/01": "made", "bees/02": "made"}
    writer.progress("image_shards", 2, index=1)
    newest(store, progress_key(writer.run("image_shards", 1), REQUEST, 2))
    assert now().state is StageState.RUNNING, "a shard that runs again counts for more than the merge of earlier ones"


def test_what_cannot_be_read_is_a_problem_and_the_rest_is_told(store: Store) -> None:
    archived(store, "Bees")
    Writer(store).progress("speech", total=2)
    for each in store.listed(runs_prefix("films", "manual__1", "speech")):
        store.put(each.key, b"{")
    (part,) = manifests_of(store, "films", "manual__1")[0].parts
    store.delete(f"v1/blobs/{part.sha256[:2]}/{part.sha256}")
    run = seen(store)
    assert len(run.problems) >= 2
    assert stage(run, "image").state is StageState.DONE


def test_what_stands_in_a_manifest_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    archived(store, "Bees")
    reader = StatusReader(store, films(), "manual__1")
    first = reader.look()

    def never(*_: object) -> list[ItemLine]:
        raise AssertionError("read again")

    monkeypatch.setattr(reading, "lines_of", never)
    assert [each.items for each in reader.look().stages] == [each.items for each in first.stages]
