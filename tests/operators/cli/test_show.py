from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.contract.failures import Progress
from include.contract.keys import blob_key, progress_key, runs_prefix
from include.contract.manifests import Manifest, ModelLoad, Record, RunRef
from include.contract.registry import recipe_named
from include.store.store import Store
from operators.briefs.brief import brief_of
from tests.operators.cli.conftest import Atelier, write_type
from tests.operators.conftest import Run, films
from tests.operators.context import connect
from tests.operators.planning.archive import Archive


@pytest.fixture
def made(atelier: Atelier, store: Store, tmp_path: Path) -> Path:
    """The content type of two runs; in the later one, one of four pictures failed."""
    both = [brief_of({"id": name, "topic": name}, films()) for name in ("bees", "tea")]
    Archive(store, films()).make(both[:1], "manual__2026-11-01T06:00:00+00:00")
    Archive(store, films()).make(both, "manual__2026-11-02T06:00:00+00:00", fail="tea/02")
    return write_type(tmp_path)


def test_a_run_is_shown_with_counts_failures_outputs_and_who_made_them(atelier: Atelier, made: Path) -> None:
    code, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00")
    rows = {line.split()[0]: line.split() for line in reversed(out.splitlines()) if line.strip()}
    assert code == 0
    assert "has a result yet" not in out
    assert rows["image"][4:8] == ["1", "2", "1", "0"]
    assert rows["video"][4:8] == ["0", "1", "0", "1"]
    assert "image tea/02: rejected_content: no" in out
    assert "clip tea/01-02: skipped: its input is missing: image of tea/02" in out
    assert "video tea: skipped: its input is missing: clip of tea/01-02, clip of tea/02, clip of tea/end" in out
    bees = next(line for line in out.splitlines() if line.startswith("bees/01  image"))
    assert "manual__2026-11-01T06:00:00+00:00  cpu  s3://" in bees


def test_a_brief_is_shown_as_its_newest_run_made_it(atelier: Atelier, made: Path) -> None:
    code, out, _ = atelier("show", made, "bees", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["run_id"] == "manual__2026-11-02T06:00:00+00:00"
    image = shown["stages"][1]
    assert [item["item"] for item in image["items"]] == ["bees/01", "bees/02"]
    assert image["items"][0]["provenance"]["made_by"]["run_id"] == "manual__2026-11-01T06:00:00+00:00"
    assert image["items"][0]["outputs"][0]["uri"].startswith("s3://")


def test_a_run_tells_what_it_was_asked_for_before_any_stage_has_written(
    atelier: Atelier, deployment: Deployment, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(s3, monkeypatch)
    rows = "date,id,topic\n2026-11-25,bees,Bees\n2026-11-25,tea,\n"
    (Path(deployment.files or "") / "rows.csv").write_text(rows)
    daily = {"source": {"calendar": "rows.csv"}, "schedule": "0 6 * * *", "start_date": "2026-01-01"}
    run = Run(deployment, run_id="manual__3")
    run.brief({}, datetime(2026, 11, 25, 6, tzinfo=UTC), name="narrated_video", **daily)
    made = write_type(tmp_path, "narrated_video")
    for asked in ("manual__3", "bees"):
        code, out, _ = atelier("show", made, asked)
        assert code == 0
        assert "run manual__3" in out
        assert "asked for on 2026-11-25: bees\nits briefs: s3://" in out
        assert "refused: rows.csv" in out
        assert "\nno stage has a result yet: the first one waits, runs, or failed before it could write one\n" in out
        assert f"atelier status {made} manual__3, or its task's log in Airflow\n" in out
        assert "spent s" not in out
    _, out, _ = atelier("show", made, "bees", "--json")
    told = json.loads(out)["asked"]
    assert (told["briefs"], len(told["refused"])) == (["bees"], 1)


def test_a_stage_that_has_no_result_yet_tells_how_far_it_is(
    atelier: Atelier, deployment: Deployment, s3: S3, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(s3, monkeypatch)
    run = Run(deployment, run_id="manual__3")
    run.brief({"topic": "Bread"}, name="narrated_video")
    ref = RunRef(dag_id="narrated_video", run_id="manual__3", task_id="text")
    for attempt, in_hand in ((1, 0.9), (2, 0.55)):
        progress = Progress(total=1, in_hand=in_hand, phase="making", under_way="attempt 1 of 3 for bread")
        store.put(progress_key(ref, "ab" * 32, attempt), progress.model_dump_json().encode())
    made = write_type(tmp_path, "narrated_video")
    code, out, _ = atelier("show", made, "manual__3")
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.startswith("text has no result yet, and said at ")]
    assert "no stage has a result yet" in out
    assert line.endswith(": making, 0 of 1 done, 55 % of one in hand; attempt 1 of 3 for bread")
    _, out, _ = atelier("show", made, "manual__3", "--json")
    (unfinished,) = json.loads(out)["unfinished"]
    assert (unfinished["task_id"], unfinished["progress"]["in_hand"]) == ("text", 0.55)


def test_a_stage_with_a_result_tells_no_progress(atelier: Atelier, made: Path, store: Store) -> None:
    run_id = "manual__2026-11-02T06:00:00+00:00"
    ref = RunRef(dag_id="films", run_id=run_id, task_id="text")
    store.put(progress_key(ref, "ab" * 32, 1), Progress(total=1, phase="done").model_dump_json().encode())
    _, out, _ = atelier("show", made, run_id)
    assert "has no result yet" not in out


def test_what_a_recipe_warned_of_is_told(atelier: Atelier, made: Path, store: Store) -> None:
    for listed in store.listed("v1/items/video/", 10):
        record = Record.model_validate_json(store.get(listed.key) or b"")
        told = record.model_copy(update={"attributes": {"warnings": ["music: is silent"]}})
        store.put(listed.key, told.model_dump_json().encode())
    _, out, _ = atelier("show", made, "bees")
    assert "video bees: warning: music: is silent" in out.splitlines()
    _, out, _ = atelier("show", made, "bees", "--json")
    assert [item["warnings"] for stage in json.loads(out)["stages"] for item in stage["items"]][-1] == [
        "music: is silent"
    ]


def test_how_long_the_model_took_to_be_ready_is_told_once_and_of_this_run_alone(
    atelier: Atelier, made: Path, store: Store
) -> None:
    load = ModelLoad(find_s=0.1, download_s=2.04, map_s=1.1)
    for listed in store.listed("v1/items/image/", 10):
        record = Record.model_validate_json(store.get(listed.key) or b"")
        by = record.provenance.model_copy(update={"model_load": load})
        store.put(listed.key, record.model_copy(update={"provenance": by}).model_dump_json().encode())
    _, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00")
    assert out.count("its model was ready in 3.2 s: found in 0.1, downloaded in 2.0, mapped in 1.1\n") == 1
    _, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00", "--json")
    item = json.loads(out)["stages"][1]["items"][0]
    assert item["provenance"]["model_load"] == load.model_dump()


def test_nothing_is_told_of_the_loading_of_a_model_on_a_server(atelier: Atelier, made: Path, store: Store) -> None:
    for listed in store.listed("v1/items/image/", 10):
        record = Record.model_validate_json(store.get(listed.key) or b"")
        by = record.provenance.model_copy(update={"model_load": ModelLoad(find_s=0.004)})
        store.put(listed.key, record.model_copy(update={"provenance": by}).model_dump_json().encode())
    _, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00")
    assert "its model was ready" not in out


def test_a_model_is_told_with_its_revision_and_variant(atelier: Atelier, made: Path, store: Store) -> None:
    run_id = "manual__2026-11-02T06:00:00+00:00"
    keys = [each.key for each in store.listed(runs_prefix("films", run_id, "text"), 9)]
    (key,) = (each for each in keys if each.endswith("/manifest.json"))
    manifest = Manifest.model_validate_json(store.get(key) or b"")
    named = manifest.model.model_copy(update={"name": "acme/small", "revision": "2", "variant": "int8"})
    store.put(key, manifest.model_copy(update={"model": named}).model_dump_json().encode())
    _, out, _ = atelier("show", made, run_id)
    assert next(line for line in out.splitlines() if line.startswith("text ")).split()[3] == "acme/small@2+int8"


def test_tokens_are_told_and_cost_what_the_deployment_says_today(
    atelier: Atelier, made: Path, store: Store, tmp_path: Path
) -> None:
    for listed in store.listed("v1/items/text/", 10):
        record = Record.model_validate_json(store.get(listed.key) or b"")
        counted = {"prompt_tokens": 700_000, "tokens": 90_000}
        store.put(listed.key, record.model_copy(update={"attributes": counted}).model_dump_json().encode())
    _, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00")
    assert "its model read 700,000 tokens and wrote 90,000" in out.splitlines()
    file = tmp_path / "deployment.yaml"
    price = {"price_per_mtok_in": 0.5, "price_per_mtok_out": 2}
    prices = {recipe_named("script.narrated").model: price}
    file.write_text(json.dumps(json.loads(file.read_text()) | {"model_prices": prices, "currency": "EUR"}))
    _, out, _ = atelier("show", made, "manual__2026-11-02T06:00:00+00:00", "--json")
    text, image = json.loads(out)["stages"][:2]
    assert (text["cost"], image["cost"]) == (0.53, None)
    assert text["items"][0]["tokens"] == {"read": 700_000, "written": 90_000}
    _, out, _ = atelier("plan", made, "--param", "topic=Honey")
    assert "Tokens cost besides, and are not in the sums: builtin/smollm2" in out


def test_a_long_stage_is_cut_and_says_how_much_there_is(atelier: Atelier, made: Path) -> None:
    _, out, _ = atelier("show", made, "manual__2026-11-01T06:00:00+00:00", "--items", "1")
    assert "… and 1 more item (--items 2)" in out


def test_what_is_neither_a_run_nor_a_brief_is_told(atelier: Atelier, made: Path) -> None:
    code, _, err = atelier("show", made, "cocoa")
    assert code == 1
    assert "`cocoa` is neither a run of `films` nor a brief of its newest 2 runs" in err


def test_words_of_a_later_version_are_shown_as_they_stand(atelier: Atelier, made: Path, store: Store) -> None:
    run_id = "manual__2026-11-02T06:00:00+00:00"
    keys = [each.key for each in store.listed(runs_prefix("films", run_id, "image"), 9)]
    (key,) = (each for each in keys if each.endswith("/manifest.json"))
    later = json.loads(store.get(key) or b"") | {"kind": "hologram"}
    later["failures"][0] |= {"outcome": "postponed", "cause": "moon_phase"}
    store.put(key, json.dumps(later).encode())
    code, out, _ = atelier("show", made, run_id)
    assert code == 0
    assert "image tea/02: moon_phase: no" in out
    assert "bees/01  image" in out


def test_what_cannot_be_read_of_a_run_is_told_beside_the_rest_and_hides_no_other_run(
    atelier: Atelier, made: Path, store: Store
) -> None:
    run_id = "manual__2026-11-02T06:00:00+00:00"
    keys = [each.key for each in store.listed(runs_prefix("films", run_id, "text"), 9)]
    (key,) = (each for each in keys if each.endswith("/manifest.json"))
    (part,) = Manifest.model_validate_json(store.get(key) or b"").parts
    body = store.get(blob_key(part.sha256)) or b""
    store.put(blob_key(part.sha256), body[:-2] + bytes(byte ^ 0xFF for byte in body[-2:]))
    for told in ("was not used; it is now empty", "is empty, since what it held before was found wrong"):
        code, out, _ = atelier("show", made, run_id)
        assert code == 0
        assert told in out
        assert "clear the task `text`, which makes it again" in out
        assert "bees/01  image" in out
    code, out, _ = atelier("show", made, "bees")
    assert (code, "run manual__2026-11-01T06:00:00+00:00" in out) == (0, True)
