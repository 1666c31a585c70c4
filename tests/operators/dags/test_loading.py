from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization
from hypothesis import given, settings
from hypothesis import strategies as st

from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.yaml12 import read_yaml
from operators.dags.assembly import dag_of
from tests.foreign import TREES, damaged, written
from tests.operators.dags.files import SCHEDULED, changed, load


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (changed("other"), ["bad.yaml, line 1", "`name`", "found 'other'", "allowed: 'bad'"]),
        (changed("bad", profile="    profile: gpu-huge"), ["line 16", "stages.text.profile", "gpu-huge", "cpu-small"]),
        (changed("bad", recipe="    recipe: script.poem"), ["line 15", "script.poem", "script.narrated"]),
        (changed("bad", max_active_runs="max_runs: 3"), ["line 6", "`max_runs`: is not a field", "max_active_runs"]),
        ("name: [unclosed", ["line 1", "is not YAML"]),
        ("", ["bad.yaml"]),
    ],
)
def test_a_wrong_content_type_says_file_line_found_and_allowed_and_leaves_the_others(
    tmp_path: Path, text: str, says: list[str]
) -> None:
    loaded = load(tmp_path, bad=text, good=changed("good"))
    assert list(loaded.dags) == ["good"]
    assert list(loaded.import_errors) == [tmp_path / "bad.yaml"]
    for part in says:
        assert part in loaded.import_errors[tmp_path / "bad.yaml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (changed("bad") + '\nsource: {asset: " "}\n', "`source.asset`: starts or ends with a blank"),
        (changed("bad") + "\nsource: {asset: self}\n", "is reserved by Airflow"),
        (
            changed("bad") + SCHEDULED.format(day="0001-01-01"),
            "too small (found '0001-01-01'); allowed: at least 1970-01-01",
        ),
        (
            changed("bad") + SCHEDULED.format(day="9999-12-31"),
            "too large (found '9999-12-31'); allowed: at most 2999-12-31",
        ),
        (changed("bad", title="title: 0x" + "f" * 5000), "`title`: "),
        (changed("bad", owner='owner: "a\\0b"'), "`owner`: has the control character U+0000"),
        (changed("bad", owner='"\\0\\x1b": 1'), "`\\x00\\x1b`: is not a field"),
        (changed("bad", description="description: " + "x" * 1_000_000), "has more than 1000000 bytes"),
    ],
)
def test_what_airflow_or_python_cannot_hold_is_a_mistake_of_that_file_alone(
    tmp_path: Path, text: str, says: str
) -> None:
    loaded = load(tmp_path, bad=text, good=changed("good"))
    assert list(loaded.dags) == ["good"]
    assert says in loaded.import_errors[tmp_path / "bad.yaml"]


def _bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe name")


def _folder(path: Path) -> None:
    path.mkdir()


def _dead_link(path: Path) -> None:
    path.symlink_to(path)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [_bytes, _folder, _dead_link, _pipe])
def test_what_is_no_file_of_text_is_an_import_error_too(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "bad.yaml")
    loaded = load(tmp_path, good=changed("good"))
    assert (list(loaded.dags), list(loaded.import_errors)) == (["good"], [tmp_path / "bad.yaml"])


def test_a_file_that_an_editor_hides_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".#good.yaml").symlink_to("ada@desk.4711")
    loaded = load(tmp_path, good=changed("good"))
    assert (list(loaded.dags), list(loaded.import_errors)) == (["good"], [])


def test_what_nobody_foresaw_of_one_file_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(content_type: ContentType, deployment: Deployment) -> DAG:
        if content_type.name == "bad":
            raise RuntimeError("a hole\x00")
        return dag_of(content_type, deployment)

    monkeypatch.setattr("operators.dags.loading.dag_of", failing)
    loaded = load(tmp_path, bad=changed("bad"), good=changed("good"))
    assert list(loaded.dags) == ["good"]
    message = loaded.import_errors[tmp_path / "bad.yaml"]
    assert "bad.yaml: makes no DAG, because of an unexpected error: RuntimeError: a hole\\x00" in message


def test_a_dag_that_airflow_would_refuse_is_the_mistake_of_its_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(dag: DAG) -> None:
        if dag.dag_id == "bad":
            raise ValueError("Airflow does not take it")

    monkeypatch.setattr(DAG, "validate", refusing)
    loaded = load(tmp_path, bad=changed("bad"), good=changed("good"))
    assert list(loaded.dags) == ["good"]
    assert "Airflow does not take it" in loaded.import_errors[tmp_path / "bad.yaml"]


TREE = {
    **read_yaml(changed("film"), "film.yaml").value,
    "schedule": "0 6 * * *",
    "start_date": "2026-01-01",
    "timezone": "Asia/Tokyo",
    "deadline_h": 3,
    "webhook": "team",
    "review": {"after_script": True, "assigned": ["ann"]},
    "source": {"calendar": "calendar.csv"},
}


@given(damaged(TREE, TREES | st.sampled_from(["self", " ", "@yearly", "0 0 30 2 *", "0001-01-01", "UTC", "a", "1"])))
@settings(max_examples=50)
def test_every_content_type_is_a_dag_that_airflow_takes_or_an_import_error(
    tmp_path_factory: pytest.TempPathFactory, tree: object
) -> None:
    loaded = load(tmp_path_factory.mktemp("types"), film=written(tree))
    for message in loaded.import_errors.values():
        assert "unexpected error" not in message
        message.encode()
    for dag in loaded.dags.values():
        DagSerialization.validate_schema(DagSerialization.to_dict(dag))
    assert len(loaded.dags) + len(loaded.import_errors) == 1


def test_a_file_that_would_be_overlooked_is_an_import_error(tmp_path: Path) -> None:
    (tmp_path / "film.yml").write_text(changed())
    assert "rename it" in load(tmp_path).import_errors[tmp_path / "film.yml"]
