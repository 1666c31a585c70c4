"""What every recipe promises the planner, the form and the fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import include
from atelier.testing.imports import check_light
from include.contract.artifacts import ModelIdentity
from include.contract.errors import BadRequest, UnknownModel
from include.contract.fingerprint import fingerprint as digest_of
from include.contract.fingerprint import item_preimage
from include.contract.installed import entry_points
from include.contract.models import read_registry, with_installed
from include.contract.names import allowed_names
from include.contract.ports import JSON_TYPE, Port
from include.contract.recipe import Recipe
from include.contract.recipe_checks import checked_recipe
from include.contract.registry import RECIPES, brought_by, recipes
from include.contract.requests import read_params

_MODELS = Path(include.__path__[0]) / "models.yaml"
_MODEL = ModelIdentity(name="test/model", revision="1", digest="ab" * 32)
_INPUT = ("image_prompt", "cd" * 32)


def check_recipe(recipe: Recipe, *, fingerprint: str = "") -> None:
    """Check that a recipe keeps what planner, form and fingerprint rely on.

    Its name, outputs, ports and parameters are legal and fit each other; its model is registered, its documents have a
    class, some recipe gives what each of its ports takes; it is installed under its name, and what Airflow imports for
    it loads nothing heavy and starts no thread.

    :param fingerprint: what `identity_of(recipe)` gave when it was released. Another one means that all that was made
        with it is made again: a parameter that is added later declares a `neutral` value.
    :raises AssertionError: naming what is wrong, and what is allowed.
    """
    try:
        checked_recipe(recipe.name, recipe)
    except BadRequest as error:
        raise AssertionError(f"`{recipe.name}`: {error}") from error
    mistakes = [*_wrong_model(recipe), *_untyped(recipe), *_unfed(recipe), *_not_installed(recipe)]
    if fingerprint:
        mistakes += _other_identity(recipe, fingerprint)
    if mistakes:
        raise AssertionError("\n".join(f"`{recipe.name}`: {mistake}" for mistake in mistakes))
    for module in _imported_for(recipe):
        check_light(module)


def identity_of(recipe: Recipe) -> str:
    """Fingerprint of an item with the recipe's default parameters, and a model and an input that never change."""
    return digest_of(item_preimage(recipe, _MODEL, read_params(recipe, {}), 0, None, [_INPUT]))


def _wrong_model(recipe: Recipe) -> Iterator[str]:
    try:
        with_installed(read_registry(_MODELS.read_text(), _MODELS.name)).model_named(recipe.model)
    except UnknownModel as error:
        yield f"{error}; register it in a file that an entry point `atelier.models` names"


def _untyped(recipe: Recipe) -> Iterator[str]:
    for output in recipe.outputs:
        if (output.media_type == JSON_TYPE) is (output.document is None):
            yield f"output `{output.name}`: JSON, and nothing else, has a class as its `document`"


def _unfed(recipe: Recipe) -> Iterator[str]:
    for port in recipe.ports:
        given = _outputs_for(port)
        if not port.is_optional and port.takes not in given:
            yield (
                f"port `{port.name}`: no installed recipe gives `{port.takes}` ({port.type_name}); "
                f"{allowed_names(port.takes, given)}"
            )


def _outputs_for(port: Port) -> list[str]:
    """Names of the outputs that installed recipes give of a type that `port` takes."""
    outputs = (output for giver in recipes().values() for output in giver.outputs)
    return sorted({output.name for output in outputs if port.takes_type_of(output)})


def _not_installed(recipe: Recipe) -> Iterator[str]:
    name = recipe.name
    if name in RECIPES.refused:
        yield f"is not installed: {RECIPES.refused[name]}; fix that, and install it again (`pip install -e .`)"
    elif name not in recipes():
        yield (
            "is not installed: no entry point `atelier.recipes` of that name leads to it; write one, and install its "
            "distribution (`pip install -e .`)"
        )
    elif recipes()[name] is not recipe:
        other = brought_by(name)
        whose = f"comes with {other}" if other else "is built in"
        yield f"is not installed: another recipe has that name, which {whose}; rename this one and its entry point"


def _other_identity(recipe: Recipe, fingerprint: str) -> Iterator[str]:
    found = identity_of(recipe)
    if found != fingerprint:
        yield (
            f"its identity is {found}, it was {fingerprint}: what was made with it would no longer be found. Give "
            "an added parameter its `neutral` value; if the bytes change, raise `revision`, and write the new one here"
        )


def _imported_for(recipe: Recipe) -> set[str]:
    """The modules in which the recipe and its parameters are."""
    leading = (entry for entry in entry_points()["atelier.recipes"] if entry.name == recipe.name)
    return {recipe.params.__module__, *(entry.points_to.partition(":")[0] for entry in leading)}
