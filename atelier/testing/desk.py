"""Trying a stage in this process: its items are prepared as the runner does, without Airflow and without a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from atelier.testing.samples import Sample, bytes_of
from include.contract.errors import AtelierError, BadRequest
from include.contract.fingerprint import item_preimage, seed_of
from include.contract.recipe import Recipe
from include.contract.registry import RECIPES, recipes
from include.contract.requests import read_params
from include.runtime.models.files import located, registry
from include.runtime.stage import ItemResult, Stage, Work

Result = ItemResult | AtelierError


class Desk:
    """Gives items to stages, each with its inputs and a work folder of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, stage_class: type[Stage], *samples: Sample) -> list[Result]:
        """What a fresh stage makes of `samples`, in one batch: for each its files, or the error that fails it alone.

        The files stay as long as the desk's folder does.
        """
        with self.stage(stage_class) as stage:
            return self.make_with(stage, *samples)

    def make_with(self, stage: Stage, *samples: Sample) -> list[Result]:
        """What a stage that is set up makes of `samples`, in one batch."""
        recipe = recipe_of(type(stage))
        batch = [self.work(recipe, sample, f"sample-{number}") for number, sample in enumerate(samples, 1)]
        return list(stage.process(batch))

    @contextmanager
    def stage(self, stage_class: type[Stage]) -> Iterator[Stage]:
        """A stage with its recipe's built-in model loaded, until the block ends."""
        recipe, models = recipe_of(stage_class), registry()
        stage = stage_class()
        stage.setup(located(models.identity(recipe.model), models))
        try:
            yield stage
        finally:
            stage.teardown()

    def work(self, recipe: Recipe, sample: Sample, item: str = "sample-1") -> Work:
        """`sample` as a stage of `recipe` gets it."""
        place = Path(mkdtemp(prefix=f"{recipe.name}-", dir=self.folder))
        contents = {name: bytes_of(sample.inputs[name]) for name in ordered(recipe, sample.inputs)}
        params = read_params(recipe, sample.params)
        named = [(name, hashlib.sha256(content).hexdigest()) for name, content in contents.items()]
        model = registry().identity(recipe.model)
        preimage = item_preimage(recipe, model, params, sample.variation, None, named)
        (scratch := place / "scratch").mkdir()
        return Work(
            item=item,
            params=params,
            inputs={name: _laid(place / name.replace("/", "-"), content) for name, content in contents.items()},
            seed=partial(seed_of, preimage),
            scratch=scratch,
            variation=sample.variation,
        )


def recipe_of(stage_class: type[Stage]) -> Recipe:
    """The recipe whose `stage` is this class.

    :raises BadRequest: no installed recipe's `stage` names it.
    """
    pointer = f"{stage_class.__module__}:{stage_class.__qualname__}"
    found = next((recipe for recipe in recipes().values() if recipe.stage == pointer), None)
    if found is None:
        refused = "".join(f"\nrecipe `{name}` is not among them: {why}" for name, why in RECIPES.refused.items())
        raise BadRequest(
            f"no installed recipe has `stage={pointer!r}`; name it there, and install the distribution that brings the "
            f"recipe (`pip install -e .`){refused}"
        )
    return found


def ordered(recipe: Recipe, names: Mapping[str, object]) -> Sequence[str]:
    """The names of inputs in the order in which they enter the fingerprint.

    :raises BadRequest: the recipe has no such input, or an input that it needs is missing.
    """
    found: list[str] = []
    for port in recipe.ports:
        if not port.is_hashed:
            continue
        own = sorted(name for name in names if name == port.name or name.startswith(f"{port.name}/"))
        # Of a recipe that also has items between parts and at their ends, each item reads some of the ports.
        if not own and not port.is_optional and recipe.places is None:
            raise BadRequest(f"a sample of `{recipe.name}` needs an input `{port.name}`; it has {sorted(names)}")
        found += own
    found += [name for name in recipe.brief_files if name in names]
    unknown = sorted(set(names) - set(found))
    if unknown:
        allowed = [*(port.name for port in recipe.ports if port.is_hashed), *recipe.brief_files]
        raise BadRequest(f"`{recipe.name}` has no input `{unknown[0]}`; allowed: {', '.join(allowed)}")
    return found


def _laid(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
