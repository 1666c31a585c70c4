from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from airflow.dag_processing.importers.base import DagImportResult

from plugins.atelier_airflow.importer import LoaderImporter
from tests.airflow_home import ROOT

SHIPPED = {path.stem for path in (ROOT / "dags" / "content_types").glob("*.yaml")}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with the shipped loader and content type."""
    shutil.copy(ROOT / "dags" / "content.py", tmp_path)
    shutil.copytree(ROOT / "dags" / "content_types", tmp_path / "content_types")
    return tmp_path


def imported(bundle: Path) -> DagImportResult:
    return LoaderImporter().import_file(bundle / "content.py", bundle_path=bundle, bundle_name="test")


def test_each_wrong_content_type_has_an_error_of_its_own_and_the_good_dags_stay(bundle: Path) -> None:
    (bundle / "content_types" / "first.yaml").write_text("name: first\ntitle: 3\n")
    (bundle / "content_types" / "second.yaml").write_text("name: [second")
    result = imported(bundle)
    errors = {error.file_path: error.message for error in result.errors}
    assert set(errors) == {"content_types/first.yaml", "content_types/second.yaml"}
    assert "first.yaml, line 2: `title`" in errors["content_types/first.yaml"]
    assert "second.yaml, line 1: is not YAML" in errors["content_types/second.yaml"]
    assert {dag.dag_id for dag in result.dags} == SHIPPED


def test_a_file_whose_name_is_no_text_has_an_error_that_a_database_can_hold(bundle: Path) -> None:
    (bundle / "content_types" / "film\udcff\x01.yaml").write_text("name: film\n")
    result = imported(bundle)
    (error,) = result.errors
    assert error.file_path == "content_types/film\\udcff\\x01.yaml"
    error.message.encode()
    assert {dag.dag_id for dag in result.dags} == SHIPPED


def test_a_mended_content_type_has_none(bundle: Path) -> None:
    wrong = bundle / "content_types" / "film.yaml"
    wrong.write_text("name: film\n")
    assert imported(bundle).errors
    wrong.write_text((bundle / "content_types" / "narrated_video.yaml").read_text().replace("narrated_video", "film"))
    result = imported(bundle)
    assert result.errors == []
    assert {dag.dag_id for dag in result.dags} == SHIPPED | {"film"}


def test_a_loader_that_is_wrong_itself_is_reported_once_under_its_own_path(bundle: Path) -> None:
    (bundle / "content_types" / "film.yaml").write_text("name: film\n")
    imported(bundle)
    with (bundle / "content.py").open("a") as file:
        file.write("raise RuntimeError('boom')\n")
    result = imported(bundle)
    assert [error.file_path for error in result.errors if error.error_type == "import"] == ["content.py"]


def test_other_dag_files_are_imported_as_ever(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text('from airflow.sdk import DAG\nwith DAG("plain"):\n    pass\n')
    result = LoaderImporter().import_file(tmp_path / "plain.py", bundle_path=tmp_path, bundle_name="test")
    assert ([dag.dag_id for dag in result.dags], result.errors) == (["plain"], [])
