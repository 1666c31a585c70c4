"""What a recipe has to be: checked when one is registered, whether built in or from a distribution."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from include.contract.errors import BadRequest
from include.contract.installed import POINTER_FORM, is_pointer
from include.contract.names import allowed_names
from include.contract.own_media import OWN_MEDIA, WHOLES_MEDIA
from include.contract.params_checks import wrong_params
from include.contract.ports import OutputSpec, Port, Shape
from include.contract.recipe import Recipe
from include.contract.values import Determinism, StageKind

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_PART = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_BRIEF_FILES = ("music", *WHOLES_MEDIA)
_OF_BRIEF = {Shape.SPLIT: tuple(f"{kind}/" for kind in OWN_MEDIA), Shape.ONE: _BRIEF_FILES}
"""What ports of each shape may take of a brief."""


def checked_recipe(name: str, found: object) -> Recipe:
    """`found`, which is registered under `name`, if it is a correct recipe.

    :raises BadRequest: it is none, or breaks rules that stages and fingerprints rely on; names all of them.
    """
    if not isinstance(found, Recipe):
        raise BadRequest(f"is a {type(found).__name__}; allowed: a `Recipe`")
    mistakes = [*_wrong_head(name, found), *_wrong_outputs(found), *_wrong_ports(found.ports)]
    mistakes += wrong_params(found.params)
    if mistakes:
        raise BadRequest("; ".join(mistakes))
    return found


def _wrong_head(name: str, recipe: Recipe) -> Iterator[str]:
    if recipe.name != name:
        yield f"`name` is not what its entry point says (found {recipe.name!r:.80}); allowed: {name!r}"
    elif not _NAME.fullmatch(name):
        yield f"`name` has the wrong form (found {name!r:.80}); allowed: words separated by dots, as in `haiku.poem`"
    if not isinstance(recipe.kind, StageKind):
        yield f"`kind` is not known (found {recipe.kind!r:.80}); allowed: {', '.join(map(str, StageKind))}"
    elif (recipe.kind is StageKind.PUBLISH) is not (recipe.determinism is Determinism.EFFECT):
        yield "`kind` and `determinism` do not go together; allowed: `EFFECT` with `PUBLISH`, and with nothing else"
    if recipe.revision < 1:
        yield f"`revision` is too small (found {recipe.revision}); allowed: a whole number from 1"
    if not is_pointer(recipe.stage):
        yield f"`stage` leads nowhere (found {recipe.stage!r:.80}); allowed: {POINTER_FORM}"
    yield from _wrong_numbers(recipe)
    for file in sorted(set(recipe.brief_files) - set(_BRIEF_FILES)):
        yield f"`brief_files`: a brief has no such file (found {file!r:.80}); allowed: {', '.join(_BRIEF_FILES)}"


def _wrong_numbers(recipe: Recipe) -> Iterator[str]:
    for name in ("batch_size", "at_once"):
        if (number := getattr(recipe, name)) < 1:
            yield f"`{name}` is too small (found {number}); allowed: a whole number from 1"
    if recipe.at_once > 1 and recipe.batch_size > 1:
        yield "`at_once` and `batch_size` do not go together: items are computed side by side or in batches; keep one"
    if recipe.at_once > 1 and recipe.item_mib is None:
        yield "`at_once` needs `item_mib`, since memory decides how many it really are; add it"


def _wrong_outputs(recipe: Recipe) -> Iterator[str]:
    if not all(isinstance(each, OutputSpec) for each in recipe.outputs):
        yield "`outputs` contains something other than an `OutputSpec`; declare each output with one"
        return
    names = [each.name for each in recipe.outputs]
    if recipe.is_memoised and not names:
        yield "`outputs` is empty; declare what an item gives"
    yield from _wrong_names("outputs", [name.removesuffix("/") for name in names])
    for name in sorted({*recipe.choices.values(), *recipe.may_lack} - set(names)):
        allowed = allowed_names(name, names)
        yield f"`choices` or `may_lack` names an output that does not exist (found {name!r:.80}); {allowed}"
    if recipe.chosen_by and recipe.chosen_by not in recipe.params.model_fields:
        yield f"`chosen_by` is not a parameter; {allowed_names(recipe.chosen_by, recipe.params.model_fields)}"


def _wrong_ports(ports: Sequence[Port]) -> Iterator[str]:
    if not all(isinstance(each, Port) for each in ports):
        yield "`ports` contains something other than a `Port`; declare each input with one"
        return
    named = {port.name: port for port in ports}
    families = [port.name for port in ports if port.shape is Shape.FAMILY]
    yield from _wrong_names("ports", [port.name for port in ports])
    for port in ports:
        if port.beside and port.beside not in named:
            yield f"`ports`: `{port.name}` is beside a port that does not exist; {allowed_names(port.beside, named)}"
        if port.through and not (port.is_optional and port.through in named):
            allowed = allowed_names(port.through, named)
            yield f"`ports`: `{port.name}` reads through a port that does not exist, or is not optional; {allowed}"
        if port.of_brief and not (port.is_optional and port.takes in _OF_BRIEF.get(port.shape, ())):
            allowed = " or ".join(f"`{shape}` of one of {', '.join(names)}" for shape, names in _OF_BRIEF.items())
            yield f"`ports`: `{port.name}` is `of_brief`, but not an optional {allowed}"
        if port.shape in (Shape.PARTS, Shape.ALL) and port.counted_by not in families:
            allowed = allowed_names(port.counted_by, families)
            yield f"`ports`: `{port.name}` is not counted by a port of shape `family`; {allowed}"


def _wrong_names(where: str, names: Sequence[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if not _PART.fullmatch(name):
            yield f"`{where}`: a name has the wrong form (found {name!r:.80}); allowed: letters a to z, digits and `_`"
        if times > 1:
            yield f"`{where}`: `{name}` appears {times} times; keep one of them"
