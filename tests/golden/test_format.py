"""docs/format.md is true: its code, which imports none of the project's, agrees with the golden bucket throughout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from include.contract.decisions import MAX_COLLECTED_BYTES, MAX_DECISION_BYTES
from include.contract.entries import MAX_ENTRIES_BYTES
from include.contract.item_states import MAX_STATES_BYTES, MAX_UNPACKED_STATES_BYTES
from include.contract.keys import end_key, items_key, model_key, model_name_key, told_key
from include.contract.manifests import (
    MAX_FAILURES_IN_HEADER,
    MAX_HEADER_BYTES,
    MAX_LINE_BYTES,
    MAX_MESSAGE_BYTES,
    MAX_PART_BYTES,
    PART_ITEMS,
    RunRef,
)
from include.contract.parsing import MAX_LEVELS
from include.contract.published import NEWEST
from include.runtime.claims import EXPIRY_S
from tests.golden.bucket import FOLDER, NAME, Objects, golden_objects, keep

LIMITS = {
    "items in a part": PART_ITEMS,
    "bytes of a part, unpacked": MAX_PART_BYTES,
    "bytes of an item's line": MAX_LINE_BYTES,
    "bytes of an item's message": MAX_MESSAGE_BYTES,
    "bytes of a manifest": MAX_HEADER_BYTES,
    "bytes of an attempt's items, packed": MAX_STATES_BYTES,
    "bytes of an attempt's items, unpacked": MAX_UNPACKED_STATES_BYTES,
    "bytes of a run's briefs, unpacked": MAX_ENTRIES_BYTES,
    "bytes of a run's decisions, unpacked": MAX_COLLECTED_BYTES,
    "bytes of a decision": MAX_DECISION_BYTES,
    "lines in a manifest's `failures`": MAX_FAILURES_IN_HEADER,
    "pieces in a content type's index": NEWEST,
    "seconds of a claim without renewal": int(EXPIRY_S),
    "levels of nested lists and mappings": MAX_LEVELS,
}
LATER = {
    "v1/runs/<dag>/<run>/<task>/<map index>/<request>/<attempt>/end.json": end_key(
        RunRef(dag_id="d", run_id="r", task_id="t"), "0" * 64, 1
    ),
    "v1/runs/<dag>/<run>/<task>/<map index>/<request>/<attempt>/items.json.gz": items_key(
        RunRef(dag_id="d", run_id="r", task_id="t"), "0" * 64, 1
    ),
    "v1/told/<digest>.json": told_key("0" * 64),
    "v1/models/<digest>.json": model_key("0" * 64),
    "v1/model-names/<name>/<revision>%2B<variant>.json": model_name_key("acme/writer", "1", "int8"),
}
"""Rows of the layout that no object of the golden bucket has, since it was made before, and a key of each."""
PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.S | re.M)
LAYOUT = re.findall(r"^\| `((?:v1|published)/\S.*?)` \|", PAGE, flags=re.M)


def follow(folder: Path, scratch: Path, name: str = NAME) -> subprocess.CompletedProcess[str]:
    """Run the page's code on the bucket `name` in `folder`, where it finds nothing but the standard library."""
    program = scratch / "page.py"
    program.write_text("\n".join(BLOCKS))
    command = [sys.executable, "-I", "-S", str(program), str(folder), name]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=scratch)


def test_the_page_agrees_with_the_golden_bucket(tmp_path: Path) -> None:
    done = follow(FOLDER, tmp_path)
    assert done.returncode == 0, done.stderr


def damaged(objects: Objects, key: str) -> Objects:
    body = objects[key]
    changed = re.sub(rb"[0-9a-f]{64}", lambda found: found[0][::-1], body)
    return {**objects, key: changed if changed != body else body[:-1] + b"!"}


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"v1/blobs/", r"v1/items/text/", r"v1/items/image/", r"v1/stages/", r"v1/requests/", r"v1/runs/.*/manifest"),
        *(r"v1/runs/.*/handed-on", r"v1/decisions/", r"published/.*/item", r"published/.*/card.txt"),
    ],
)
def test_the_page_notices_what_is_wrong(tmp_path: Path, pattern: str) -> None:
    objects = golden_objects()
    key = next(key for key in objects if re.match(pattern, key))
    keep(damaged(objects, key), tmp_path / "bucket")
    done = follow(tmp_path / "bucket", tmp_path)
    assert done.returncode == 1
    assert "Error" in done.stderr


@pytest.mark.parametrize("folder", ["v1/learnt", "v1/claims/text", "published/golden/tombstones"])
def test_the_page_notices_another_place(tmp_path: Path, folder: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "bucket")
    place = tmp_path / "bucket" / folder
    place.rename(place.with_name(f"{place.name}s"))
    (place / "inside").mkdir(parents=True)
    for path in place.with_name(f"{place.name}s").iterdir():
        path.rename(place / "inside" / path.name)
    assert follow(tmp_path / "bucket", tmp_path).returncode == 1


def test_each_object_of_the_bucket_is_in_the_pages_layout_and_each_row_has_some() -> None:
    patterns = {row: re.compile(_regex(row)) for row in LAYOUT}
    objects = golden_objects()
    unknown = [key for key in objects if not any(pattern.fullmatch(key) for pattern in patterns.values())]
    assert not unknown
    later = {row: key for row, key in LATER.items() if patterns[row].fullmatch(key)}
    assert {row for row, pattern in patterns.items() if not any(map(pattern.fullmatch, objects))} == later.keys()


def test_its_limits_are_those_of_the_code() -> None:
    section = PAGE.partition("## Limits")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|$", section, flags=re.M))
    assert told == {what: f"{most:,}" for what, most in LIMITS.items()}


def _regex(row: str) -> str:
    return re.sub(r"<[^>]*>", "[^/]+", re.escape(row).replace(r"\ ", " ").replace("…", ".+"))
