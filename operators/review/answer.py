"""What is wrong with an answer that a person or a program gave to Airflow's form: all of it, in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from include.contract.errors import BadRequest
from include.contract.messages import quoted
from include.contract.names import allowed_names, guess, nearest

MAX_CHARACTERS = 2000
"""The most characters of a reason."""
_MOST_TOLD = 20


def refuse_unless_none(mistakes: Iterator[str]) -> None:
    """Refuse an answer that has `mistakes`.

    :raises BadRequest: there are some; says what happens next.
    """
    told = list(mistakes)
    if told:
        head = "The answer is not valid, so nothing was decided; clear this task to be asked again:"
        raise BadRequest("\n".join([head, *(f"- {mistake}" for mistake in told)]))


def wrong_fields(event: Mapping[str, Any], options: Sequence[str], fields: Collection[str]) -> Iterator[str]:
    """Mistakes in an answer whose `options` or `fields` are not those of the form, or are not text."""
    for option in event["chosen_options"]:
        if option not in options:
            yield f"{quoted(option)} is not an answer to this question; {allowed_names(option, options)}"
    given = event["params_input"] or {}
    for name in given:
        if name not in fields:
            yield f"{quoted(name)} is not a field of this question; {allowed_names(name, fields)}"
    for name in fields:
        value = given.get(name)
        if given and name not in given:
            yield f"`{name}` is missing; send it empty if there is nothing to say"
        elif value is not None and not isinstance(value, str):
            yield f"`{name}` is not text (found {quoted(value)}); allowed: text, or nothing"
    why = given.get("why")
    if isinstance(why, str) and len(why) > MAX_CHARACTERS:
        yield f"`why` has {len(why)} characters; allowed: {MAX_CHARACTERS}"


def ids_in(text: str | None) -> list[str]:
    """The ids in a field."""
    return [each for each in re.split(r"[\s,;`]+", text or "") if each]


def wrong_ids(named: Mapping[str, Sequence[str]], listed: Collection[str]) -> Iterator[str]:
    """Mistakes in fields that name briefs which the form does not list, or one brief in both fields."""
    unknown = sorted({brief for ids in named.values() for brief in ids} - set(listed))
    for brief in unknown[:_MOST_TOLD]:
        meant = guess(nearest(brief, listed))
        yield f"`{brief:.80}` was not asked about; {meant}allowed: ids that the form lists"
    if len(unknown) > _MOST_TOLD:
        yield f"and {len(unknown) - _MOST_TOLD} more that were not asked about"
    for brief in sorted(set.intersection(*(set(ids) for ids in named.values())))[:_MOST_TOLD]:
        yield f"`{brief:.80}` is named in both fields; keep it in one"
