"""The JSON Schema of a content type's file, for editors: completion, help texts, and mistakes as you type.

It allows what the contract allows, as far as JSON Schema can say that; `atelier validate` checks the rest.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from include.contract.brief import Brief
from include.contract.content_type_checks import FIXED_BY_BRIEFS
from include.contract.content_types import ContentType
from include.contract.recipe import Recipe
from include.contract.registry import RECIPES, brought_by
from include.contract.source import SourceSettings
from include.contract.sources import SOURCES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def content_type_schema(of_built_in: bool = False) -> Schema:
    """The schema, with each recipe's parameters under `params`; optionally without what distributions bring."""
    recipes = RECIPES.built_in() if of_built_in else RECIPES.all()
    sources = SOURCES.built_in() if of_built_in else SOURCES.all()
    schema = ContentType.model_json_schema(schema_generator=_Described)
    definitions: Schema = schema["$defs"]
    definitions["BriefDefaults"] = _brief_defaults(definitions)
    definitions["StageSettings"] = _stage(definitions["StageSettings"], recipes)
    for recipe in recipes.values():
        definitions |= _params(recipe, definitions)
    properties = schema["properties"]
    for settings in sources.values():
        definitions |= _source(settings, definitions)
    named = [_reference(_source_name(settings)) for settings in sources.values()]
    properties["source"] = {"anyOf": [{"oneOf": named}, {"type": "null"}]} | _kept(properties["source"])
    properties["brief"] = _kept(properties["brief"]) | _reference("BriefDefaults")
    return {"$schema": DIALECT, **schema, "$defs": _used(schema, definitions)}


def schema_text(of_built_in: bool = False) -> str:
    """The schema as its file holds it."""
    return json.dumps(content_type_schema(of_built_in), indent=2, ensure_ascii=False) + "\n"


class _Described(GenerateJsonSchema):
    """Takes what a field means from the docstring below it."""

    def model_schema(self, schema: Any) -> Schema:
        described = super().model_schema(schema)
        for name, text in _docstrings(schema["cls"]).items():
            field = described.get("properties", {}).get(name)
            if field is not None:
                field.setdefault("description", text)
        return described


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Field name to the docstring below it, on one line; nothing where the class has no source here."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, below in zip(body, body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=text)):
                found[name] = " ".join(str(text).split())
    return found


def _kept(field: Schema) -> Schema:
    """What is said of a field whatever may stand there."""
    return {key: value for key, value in field.items() if key in ("title", "description", "default")}


def _source(settings: type[SourceSettings], definitions: Mapping[str, Any]) -> Schema:
    """Definitions of the settings of a source."""
    own_name = _source_name(settings)
    prefix = "" if own_name == settings.__name__ else f"{own_name}."
    schema = settings.model_json_schema(ref_template=f"#/$defs/{prefix}{{model}}", schema_generator=_Described)
    found = {f"{prefix}{name}": value for name, value in schema.pop("$defs", {}).items()}
    more = {name: value for name, value in found.items() if name not in definitions}
    return {**more, own_name: schema}


def _source_name(settings: type[SourceSettings]) -> str:
    """Of its definition: that of its class, which of one from outside may be called as another is."""
    key = settings.source_key()
    return f"source.{key}" if SOURCES.distribution_of(key) else settings.__name__


def _brief_defaults(definitions: Schema) -> Schema:
    """The fields of a brief that a content type may set for all of its briefs."""
    brief = Brief.model_json_schema(schema_generator=_Described)
    definitions |= {name: value for name, value in brief.pop("$defs", {}).items() if name not in definitions}
    fields = {name: value for name, value in brief["properties"].items() if name not in FIXED_BY_BRIEFS}
    return {"type": "object", "additionalProperties": False, "properties": fields}


def _stage(settings: Schema, recipes: Mapping[str, Recipe]) -> Schema:
    """A stage: the recipes, and for each the parameters and ports that it has."""
    properties = dict(settings["properties"])
    told = [f"`{each.name}`: {_summary(each)}" for each in recipes.values()]
    properties["recipe"] = {"enum": list(recipes), "description": "\n".join(told)}
    properties["params"] = {key: value for key, value in properties["params"].items() if key != "additionalProperties"}
    cases = [
        {
            "if": {"properties": {"recipe": {"const": each.name}}, "required": ["recipe"]},
            "then": {"properties": {"params": _reference(_params_name(each)), "inputs": _ports(each)}},
        }
        for each in recipes.values()
    ]
    return {**settings, "properties": properties, "allOf": cases}


def _ports(recipe: Recipe) -> Schema:
    names = [port.name for port in recipe.ports if not port.of_brief]
    return {"propertyNames": {"enum": names}} if names else {"maxProperties": 0}


def _params(recipe: Recipe, definitions: Mapping[str, Any]) -> Schema:
    """Definitions of the parameters that a stage of a content type sets."""
    prefix = f"{_params_name(recipe)}." if brought_by(recipe.name) else ""  # its classes may be called as ours are
    template = f"#/$defs/{prefix}{{model}}"
    schema = recipe.params.model_json_schema(ref_template=template, schema_generator=_Described)
    found = {f"{prefix}{name}": value for name, value in schema.pop("$defs", {}).items()}
    more = {name: value for name, value in found.items() if name not in definitions}
    fields = {name: value for name, value in schema.get("properties", {}).items() if name in recipe.own_params}
    for field in fields.values():
        field.pop("neutral", None)
    own = {"type": "object", "description": _summary(recipe), "additionalProperties": False, "properties": fields}
    return {**more, _params_name(recipe): own}


def _used(schema: Schema, definitions: Schema) -> Schema:
    """The definitions that the schema leads to, in the order of their names."""
    used: set[str] = set()
    waiting = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        text = json.dumps(waiting.pop())
        new = {name for name in definitions if f'"#/$defs/{name}"' in text} - used
        used |= new
        waiting += [definitions[name] for name in new]
    return {name: definitions[name] for name in sorted(used)}


def _summary(recipe: Recipe) -> str:
    """The first line of its parameters' docstring, without its name; of a recipe without one, what it comes with."""
    line = (recipe.params.__doc__ or "").strip().partition("\n")[0]
    distribution = brought_by(recipe.name)
    return line.partition(": ")[2] or line or (f"comes with {distribution}" if distribution else "")


def _params_name(recipe: Recipe) -> str:
    return "".join(word.capitalize() for word in recipe.name.replace(".", "_").split("_")) + "Settings"


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
