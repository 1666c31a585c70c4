"""The model that a request names: one of the registry, or one that was added, with its card in the store."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

from include.contract.artifacts import ModelIdentity
from include.contract.model_cards import ModelCard
from include.contract.models import ModelRegistry
from include.contract.requests import StageRequest, known_models
from include.contract.values import Determinism
from include.runtime.models.arrival import Arrival
from include.runtime.models.cache import ModelCache
from include.runtime.models.files import located, registry
from include.runtime.models.sources import BlobFile
from include.runtime.stage import ModelFiles
from include.store.models import Models
from include.store.store import Store


class AskedModel(Protocol):
    """The model that a stage works with."""

    @property
    def determinism(self) -> Determinism:
        """What it promises about a remake; known once it is checked."""
        ...

    def check(self) -> None:
        """Refuse a model that is not what was asked for, before anything is read (W7).

        :raises UnknownModel: it is not.
        """

    def located(self, arrival: Arrival | None = None) -> ModelFiles:
        """Its files on this machine, each with the right bytes; `arrival` reports on them.

        :raises UnknownModel: they cannot be had.
        """
        ...


class RegisteredModels:
    """A model of the registry."""

    def __init__(self, identity: ModelIdentity, models: ModelRegistry, store: Store) -> None:
        self._identity, self._models, self._store = identity, models, store
        self.determinism = Determinism.BITWISE

    def check(self) -> None:
        """As `AskedModel`."""
        self._models.check(self._identity)

    def located(self, arrival: Arrival | None = None) -> ModelFiles:
        """As `AskedModel`."""
        return located(self._identity, self._models, self._store, arrival)


class OwnModel:
    """A model whose card is in the store."""

    def __init__(self, identity: ModelIdentity, store: Store) -> None:
        self._identity, self._store = identity, store

    @cached_property
    def card(self) -> ModelCard:
        """Its card."""
        return Models(self._store).card(self._identity)

    @property
    def determinism(self) -> Determinism:
        """As `AskedModel`."""
        return self.card.determinism

    def check(self) -> None:
        """As `AskedModel`."""
        _ = self.card

    def located(self, arrival: Arrival | None = None) -> ModelFiles:
        """As `AskedModel`."""
        told = arrival or Arrival()
        sources = {path: BlobFile(self._identity, path, file, self._store) for path, file in self.card.files.items()}
        files = ModelCache.from_environment(told).files(sources)
        named = self._identity
        return ModelFiles(named.name, named.variant, files, self.card, told.times, named.revision)


def asked_model(request: StageRequest, store: Store) -> AskedModel:
    """The model of `request`."""
    if request.execution.is_in_store:
        return OwnModel(request.model, store)
    return RegisteredModels(request.model, known_models(request, registry()), store)
