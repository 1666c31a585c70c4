"""Checks the first task's arguments where a DAG is written, before any run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from include.contract.brief import Brief
from include.contract.content_types import FIRST_DAY, content_type_in
from include.contract.mistakes import FieldMistake, field_mistakes
from include.contract.names import allowed_names
from include.contract.source import About
from include.contract.sources import settings_named
from operators.briefs.asked import brief_field
from operators.dag_stages import refuse
from operators.task_ids import BRIEF_TASK

_ANY_STAGE = {"text": {"recipe": "script.narrated"}}
_ARGUMENTS = {"brief": "defaults"}
"""Fields of a content type that have another name here."""


def check_brief_task(task_id: str, brief: object, told: Mapping[str, Any]) -> None:
    """Refuse arguments of the first task that are wrong.

    :param brief: what a run makes that brings none; not checked where Airflow renders it.
    :param told: fields of a content type.
    :raises BadRequest: a line for each mistake, with what is allowed.
    """
    refuse([*_wrong_id(task_id), *_wrong_fields(told), *_wrong_brief(brief, told.get("source") is not None)])


def _wrong_id(task_id: str) -> Iterator[FieldMistake]:
    if task_id != BRIEF_TASK:
        yield FieldMistake(
            ("task_id",), f"is not where stages look for their briefs (found {task_id!r:.80}); allowed: {BRIEF_TASK}"
        )


def _wrong_fields(told: Mapping[str, Any]) -> Iterator[FieldMistake]:
    source = settings_named(told["source"])
    has_days = source is not None and source.about is not About.EVENTS
    schedule = {"schedule": "@daily", "start_date": FIRST_DAY} if has_days else {}
    texts = {"name": BRIEF_TASK, "title": BRIEF_TASK, "description": BRIEF_TASK}
    for each in content_type_in({**texts, "stages": _ANY_STAGE, **schedule, **told})[1]:
        yield FieldMistake((_ARGUMENTS.get(str(each.path[0]), each.path[0]), *each.path[1:]), each.words)


def _wrong_brief(brief: object, has_source: bool) -> Iterator[FieldMistake]:
    if not isinstance(brief, Mapping):
        return
    if has_source:
        yield FieldMistake(("brief",), "is never used, since there is a `source`; remove one of them")
    unknown = [str(name) for name in brief if brief_field(str(name)) not in Brief.model_fields]
    for name in unknown:
        yield FieldMistake(("brief", name), f"is not a field; {allowed_names(name, Brief.model_fields)}")
    fixed = {name: each for name, each in brief.items() if name in Brief.model_fields and not _is_rendered(each)}
    try:
        Brief.model_validate({"topic": BRIEF_TASK, **fixed})
    except ValidationError as error:
        yield from (FieldMistake(("brief", *each.path), each.words) for each in field_mistakes(error, Brief)[0])


def _is_rendered(value: object) -> bool:
    """Whether Airflow makes another value of it."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, Mapping):
        return any(map(_is_rendered, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_rendered, value))
    return hasattr(value, "resolve")
