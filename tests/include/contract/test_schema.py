"""The schema of a content type's file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from include.contract.content_type_checks import FIXED_BY_BRIEFS
from include.contract.recipes import BUILT_IN
from include.contract.schema import DIALECT, content_type_schema, schema_text


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return content_type_schema(of_built_in=True)


def test_a_stage_names_any_recipe_and_each_has_parameters_of_its_own(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert definitions["StageSettings"]["properties"]["recipe"]["enum"] == [recipe.name for recipe in BUILT_IN]
    for recipe, case in zip(BUILT_IN, definitions["StageSettings"]["allOf"], strict=True):
        assert case["if"]["properties"]["recipe"] == {"const": recipe.name}
        name = case["then"]["properties"]["params"]["$ref"].removeprefix("#/$defs/")
        assert tuple(definitions[name]["properties"]) == recipe.own_params
        assert definitions[name]["additionalProperties"] is False


def test_ports_are_named_where_a_recipe_has_any(schema: dict[str, Any]) -> None:
    for recipe, case in zip(BUILT_IN, schema["$defs"]["StageSettings"]["allOf"], strict=True):
        inputs = case["then"]["properties"]["inputs"]
        names = inputs["propertyNames"]["enum"] if recipe.ports else []
        assert names == [port.name for port in recipe.ports if not port.of_brief]
        assert recipe.ports or inputs == {"maxProperties": 0}


def test_a_content_type_sets_no_field_that_is_each_briefs_own(schema: dict[str, Any]) -> None:
    fields = set(schema["$defs"]["BriefDefaults"]["properties"])
    assert "language" in fields
    assert FIXED_BY_BRIEFS.isdisjoint(fields)


def test_every_definition_is_led_to_and_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    assert all(f'"#/$defs/{name}"' in text for name in schema["$defs"])
    led_to = {part.partition('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert led_to == set(schema["$defs"])


def test_help_comes_from_what_the_code_says_of_a_field(schema: dict[str, Any]) -> None:
    described = schema["$defs"]["VideoNarratedSettings"]["properties"]["loudness_lufs"]["description"]
    assert described == "Integrated loudness according to ITU-R BS.1770."
    assert schema["$schema"] == DIALECT


def test_no_editor_is_told_what_only_fingerprints_need(schema: dict[str, Any]) -> None:
    for recipe in BUILT_IN:
        name = "".join(word.capitalize() for word in recipe.name.replace(".", "_").split("_")) + "Settings"
        assert all("neutral" not in field for field in schema["$defs"][name]["properties"].values())


def test_the_file_is_json_in_readable_lines() -> None:
    assert json.loads(schema_text(of_built_in=True)) == content_type_schema(of_built_in=True)
    assert schema_text(of_built_in=True).endswith("}\n")
