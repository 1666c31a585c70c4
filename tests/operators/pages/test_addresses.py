"""Addresses of the pages, whatever tasks, runs and items are called."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.manifests import RunRef
from operators.pages.addresses import (
    PREFIX,
    airflow_root,
    bytes_at,
    file_at,
    files_at,
    gallery_at,
    pieces_at,
    place_and_path,
    published_at,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(NAMES, NAMES, NAMES, NAMES, st.integers(-1, 1000))
@example("films", "manual__2026-11-25T06:00:00+00:00", "review.ask", "honey/01", -1)
@example("a/b", "..", "?", "&output=x#", 0)
def test_a_name_is_one_part_of_an_address_whatever_it_has_in_it(
    dag: str, run: str, task: str, item: str, index: int
) -> None:
    ref = RunRef(dag_id=dag, run_id=run, task_id=task, map_index=index)
    for address, last in ((file_at(ref, item, "image"), "file"), (bytes_at(ref, item, "image"), "bytes")):
        split = urlsplit(address)
        parts = [unquote(part) for part in split.path.removeprefix(f"{PREFIX}/").split("/")]
        assert parts == ["dags", dag, "runs", run, "tasks", task, str(index), last]
        assert parse_qs(split.query, keep_blank_values=True) == {"item": [item], "output": ["image"]}
        assert not split.fragment
    assert files_at(ref).startswith(pieces_at(dag, run).removesuffix("pieces"))


@given(
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), st.from_regex(r"([a-z0-9]+(-[a-z0-9]+)*)?", fullmatch=True)
)
def test_every_place_of_a_content_type_lies_below_its_dag(name: str, stage: str) -> None:
    place = f"{name}-{stage}" if stage else name
    for path in ("", "2026/11/27/honey/"):
        found = re.fullmatch(rf"{PREFIX}/dags/([^/]+)/published/(.*)", published_at(place, path))
        assert found is not None
        assert found[1] == name
        assert place_and_path(name, found[2]) == (place, path)
    assert gallery_at(place) == published_at(place, "")


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("", ""),
        ("http://127.0.0.1:8080", ""),
        ("https://studio.example.org/", ""),
        ("https://studio.example.org/airflow/", "/airflow"),
    ],
)
def test_airflow_lies_where_its_base_url_says(base_url: str, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    assert airflow_root() == root
