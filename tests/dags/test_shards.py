"""A stage that is shared out, as Airflow runs it: mapped tasks on the real runtime, and one merge of what they made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from atelier.testing.s3 import S3
from tests.airflow_home import ROOT
from tests.dags.films import SCRIPT, runs

NUMBERS = ("one", "two", "three", "four")
SCENES = [{"narration": f"Scene {n}.", "image_prompt": f"{n} bees on a flower"} for n in NUMBERS]
BRIEF: dict[str, object] = {"script": {**SCRIPT, "scenes": SCENES}}
NUMBERS_OF_SHARDS = (1, 2, 3, 7)
CRASHING_ONCE = """\
#!{python}
import re, subprocess, sys
from pathlib import Path
mark = Path("{mark}")
with subprocess.Popen(["{stage}", *sys.argv[1:]], stdout=subprocess.PIPE, text=True) as child:
    for line in child.stdout:
        print(line, end="", flush=True)
        if re.search(r'"message": "1 of [2-9]"', line) and not mark.exists():
            mark.touch()
            child.kill()
sys.exit(min(abs(child.returncode), 1))
"""


def pictures_in(airflow: dict[str, str], shards: int, **settings: int) -> None:
    """Make `film` a content type of scripts and pictures, with the pictures in so many shards."""
    path = Path(airflow["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    head, _ = path.read_text().split("stages:")
    stages = "  text: {recipe: script.narrated}\n  image:\n    recipe: image.scene\n    params: {short_side_px: 240}\n"
    others = "".join(f"    {name}: {value}\n" for name, value in settings.items())
    path.write_text(f"{head}stages:\n{stages}    shards: {shards}\n{others}")


def forget_pictures(s3: S3) -> None:
    client = s3.client()
    for row in client.list_objects_v2(Bucket=s3.bucket).get("Contents", []):
        if row["Key"].startswith(("v1/items/image/", "v1/stages/image/", "v1/claims/image/")):
            client.delete_object(Bucket=s3.bucket, Key=row["Key"])


def of_shards(run: dict[str, Any]) -> list[list[Any]]:
    return [task for name, task in sorted(run["tasks"].items()) if name.startswith("image_shards[")]


@pytest.mark.long
def test_any_number_of_shards_makes_the_same_content_and_a_second_run_starts_none(
    airflow: dict[str, str], s3: S3
) -> None:
    digests = set()
    for shards in NUMBERS_OF_SHARDS:
        pictures_in(airflow, shards)
        forget_pictures(s3)
        first, second = runs(airflow, BRIEF, BRIEF)
        assert {state for state, *_ in first["tasks"].values()} == {"success"}, shards
        made, reused = first["tasks"]["image"][2], second["tasks"]["image"][2]
        digests |= {made["content_digest"], reused["content_digest"]}
        assert made["counts"] == {"planned": 4, "made": 4, "reused": 0, "failed": 0, "skipped": 0}
        assert reused["counts"] == {"planned": 4, "made": 0, "reused": 4, "failed": 0, "skipped": 0}
        assert (made["process_started"], reused["process_started"]) == (True, False)
        assert reused["saved_s"] == made["spent_s"]
        assert len(of_shards(first)) == (shards if shards > 1 else 0)
        assert [task[2]["process_started"] for task in of_shards(second)] == [False] * len(of_shards(first))
        for run in (first, second):
            planned = [task[2]["counts"]["planned"] for task in of_shards(run)]
            assert sum(planned) == (4 if shards > 1 else 0)
    assert len(digests) == 1


@pytest.mark.long
def test_a_shard_that_crashed_makes_only_what_it_lacks_and_no_other_shard_runs_again(
    airflow: dict[str, str], tmp_path: Path
) -> None:
    pictures_in(airflow, 2, batch_size=1, retry_delay_s=0)
    deployment = Path(airflow["ATELIER_DEPLOYMENT"])
    python = tmp_path / "python"
    stage = ROOT / ".venv/stage/bin/python"
    python.write_text(CRASHING_ONCE.format(python=sys.executable, mark=tmp_path / "mark", stage=stage))
    python.chmod(0o755)
    deployment.write_text(deployment.read_text().replace(".venv/stage/bin/python", str(python)))
    (run,) = runs(airflow, BRIEF)
    assert run["state"] == "success"
    shards = {tries: left["counts"] for _, tries, left in of_shards(run)}
    assert set(shards) == {1, 2}
    assert shards[2]["reused"] == 1
    assert shards[2]["made"] == shards[2]["planned"] - 1
    assert shards[1]["made"] == shards[1]["planned"]
    assert run["tasks"]["image"][2]["counts"]["planned"] == len(SCENES)
