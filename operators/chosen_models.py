"""Which model a stage works with: one of the registry, or one that was added, whose card is in the store (I6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Self

from include.contract.artifacts import ModelIdentity
from include.contract.content_types import ContentType, StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, UnknownModel
from include.contract.model_cards import ModelCard, is_reference, read_reference, weaker
from include.contract.models import ModelRegistry, RegisteredModel
from include.contract.recipe import Recipe
from include.contract.registry import recipe_named
from include.contract.values import Determinism
from include.store.models import Models
from include.store.store import Store
from operators.configuration import registered_everywhere, registry
from operators.fitting import check_fits


@dataclass(frozen=True)
class ChosenModel:
    """A model, and where the stage's process finds its description."""

    identity: ModelIdentity
    registered: RegisteredModel | None = None
    """Its registration, if only the deployment has it."""
    card: ModelCard | None = None
    """Its card, if it was added to the store."""

    @classmethod
    def of(cls, settings: StageSettings, recipe: Recipe, deployment: Deployment, store: Store) -> Self:
        """The model that a stage's settings name; asks the store once if it is one that was added.

        :raises UnknownModel: there is no such model, or it does not fit the recipe.
        :raises BadRequest: this deployment may not use it, or the stage's profile has no room for it.
        """
        name = settings.model or recipe.model
        if is_reference(name):
            reference = read_reference(name)
            card = Models(store).chosen(reference, recipe.kind, recipe.backends)
            _check_usable(name, card, settings.profile, deployment)
            return cls(reference.identity(card), card=card)
        known: ModelRegistry = registered_everywhere()
        if name in known.root:
            return cls(known.identity(name))
        own = registry(deployment).model_named(name)
        return cls(own.identity(name), registered=own)

    def determinism(self, recipe: Recipe) -> Determinism:
        """What a remake by `recipe` promises: the weaker of its own promise and the model's."""
        return weaker(recipe.determinism, self.card.determinism) if self.card else recipe.determinism


def chosen_models(content_type: ContentType, deployment: Deployment, store: Store) -> Mapping[str, ChosenModel]:
    """The model of each stage, by its name.

    :raises BadRequest: a line for each that cannot be found, or may not be used here.
    """
    found, mistakes = {}, []
    for name, settings in content_type.stages.items():
        try:
            found[name] = ChosenModel.of(settings, recipe_named(settings.recipe), deployment, store)
        except (UnknownModel, BadRequest) as error:
            mistakes += [f"stages.{name}.model: {line}" for line in str(error).splitlines()]
    if mistakes:
        raise BadRequest("\n".join(mistakes))
    return found


def _check_usable(name: str, card: ModelCard, profile: str, deployment: Deployment) -> None:
    """Refuse a model that may not be used here or has no room: a line for each."""
    mistakes = []
    checks = partial(_check_allowed, name, card, deployment), partial(check_fits, name, card, profile, deployment)
    for check in checks:
        try:
            check()
        except BadRequest as error:
            mistakes.append(str(error))
    if mistakes:
        raise BadRequest("\n".join(mistakes))


def _check_allowed(name: str, card: ModelCard, deployment: Deployment) -> None:
    if deployment.commercial and not card.commercial:
        raise BadRequest(
            f"model {name} may not be used commercially (licence {card.licence}), and this deployment says "
            "`commercial: true`; choose another model"
        )
