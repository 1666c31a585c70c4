from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from include.contract.registry import recipes
from include.contract.schema import schema_text
from include.contract.yaml12 import read_yaml
from operators.cli.main import main
from operators.cli.schema import FILE
from operators.configuration import CONTENT_TYPES

SHIPPED = sorted(CONTENT_TYPES.glob("*.yaml"))
SCHEMA = json.loads(schema_text())


def mistakes(value: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(value)]


def shipped() -> dict[str, Any]:
    value: dict[str, Any] = read_yaml((CONTENT_TYPES / "narrated_video.yaml").read_text(), "x").value
    return value


def test_the_schemas_file_is_what_make_schema_writes() -> None:
    assert FILE.read_text() == schema_text(of_built_in=True), "run `make schema`"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_content_type_names_the_schema_and_is_valid(path: Path) -> None:
    comment, address = path.read_text().splitlines()[0].split("$schema=")
    assert comment == "# yaml-language-server: "
    assert (path.parent / address).resolve() == FILE
    assert mistakes(read_yaml(path.read_text(), path.name).value) == []


def test_parameters_are_those_of_the_recipe_and_not_those_that_briefs_set() -> None:
    value = shipped()
    value["stages"]["clip"]["params"] = {"fps": 30}
    assert mistakes(value) == []
    value["stages"]["clip"]["params"] = {"aspect": "1:1"}
    value["stages"]["image"]["params"] = {"fps": 30}
    assert mistakes(value) == ["$.stages.image.params", "$.stages.clip.params"]


def test_a_label_is_said_once_for_all_stages() -> None:
    value = shipped() | {"label": "none"}
    assert mistakes(value) == []
    value["stages"]["clip"]["params"] = {"label": "none"}
    assert mistakes(value) == ["$.stages.clip.params"]


def test_recipes_ports_and_fields_that_do_not_exist_are_mistakes() -> None:
    value = shipped()
    value["stages"]["image"] |= {"recipe": "image.sceen"}
    value["stages"]["video"] |= {"inputs": {"picture": "image"}}
    value["brief"]["sceness"] = 3
    value["timezones"] = "UTC"
    assert mistakes(value) == ["$", "$.brief", "$.stages.image.recipe", "$.stages.video.inputs"]


def test_every_field_that_has_a_docstring_is_described() -> None:
    params = SCHEMA["$defs"]["ClipStillSettings"]["properties"]
    assert params["scene_pause_s"]["description"].startswith("Silence after each scene's speech")
    assert SCHEMA["properties"]["lead_days"]["description"]
    assert SCHEMA["$defs"]["StageSettings"]["properties"]["recipe"]["enum"] == list(recipes())


def test_a_file_that_is_out_of_date_is_told_and_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "schema.json"
    path.write_text("{}")
    assert main(["schema", str(path), "--check"]) == 1
    assert "out of date; write it with `make schema`" in capsys.readouterr().out
    assert path.read_text() == "{}"
    assert main(["schema", str(path)]) == 0
    assert main(["schema", str(path), "--check"]) == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("folder", "folder: cannot be read: Is a directory"),
        ("nowhere/schema.json", "nowhere/schema.json: cannot be written: No such file or directory"),
        ("x" * 300, "cannot be read: File name too long"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    (tmp_path / "folder").mkdir()
    assert main(["schema", str(tmp_path / name)]) == 1
    assert says in capsys.readouterr().err


def test_bytes_that_are_no_text_are_written_over(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_bytes(b"\xff")
    assert main(["schema", str(path)]) == 0
    assert path.read_text() == schema_text()
