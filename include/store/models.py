"""Models of one's own in a store: cards by digest, names that never move (I6). Operators write them, pods only read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from include.contract.artifacts import ModelIdentity
from include.contract.errors import BadRequest, CorruptInput, UnknownModel
from include.contract.keys import MODEL_NAMES, model_key, model_name_key, model_named_by
from include.contract.model_cards import Backend, ModelCard, ModelReference, fits
from include.contract.names import allowed_names, nearest
from include.contract.parsing import model_in
from include.contract.values import StageKind
from include.store.store import Store
from include.store.stored import JSON

_MOST_TOLD, _MOST_SHOWN = 100, 10


class Models:
    """The models of one store. A name holds its card whole, so that one request resolves it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, card: ModelCard) -> str:
        """Have the card lie by its digest, which is returned; its blobs have to lie there before."""
        key, body = model_key(card.digest), card.model_dump_json().encode()
        self._store.update(key, lambda stored: None if stored is not None and stored.body == body else body)
        return card.digest

    def name(self, reference: ModelReference, card: ModelCard) -> None:
        """Have `reference` name the card, which is kept already.

        :raises BadRequest: it names another one.
        """
        key = _key(reference)
        if self._store.put_if_absent(key, card.model_dump_json().encode(), JSON) is not None:
            return
        there = self.named(reference)
        if there is not None and there.digest != card.digest:
            raise BadRequest(
                f"model {reference} is another one already ({there.digest[:12]}, this is {card.digest[:12]}), and a "
                "name never moves; choose another revision or variant"
            )

    def forget(self, reference: ModelReference) -> bool:
        """Remove a name; whether there was one. Card and blobs stay."""
        is_there = self._store.size(_key(reference)) is not None
        self._store.delete(_key(reference))
        return is_there

    def references(self) -> list[ModelReference]:
        """All names, in their order."""
        found = []
        for each in self._store.listed(MODEL_NAMES):
            with suppress(ValueError):
                found.append(ModelReference(*model_named_by(each.key)))
        return sorted(found, key=str)

    def named(self, reference: ModelReference) -> ModelCard | None:
        """The card that `reference` names; None where it names none.

        :raises UnknownModel: what lies there is no card.
        """
        body = self._store.get(_key(reference))
        if body is None:
            return None
        try:
            return model_in(ModelCard, body, f"model {reference}: {self._store.domain.uri(_key(reference))}")
        except CorruptInput as error:
            raise UnknownModel(f"{error}; {_remedy(reference)}") from error

    def intact(self, reference: ModelReference) -> ModelCard | None:
        """The same as `named`, but only a card that also lies by its digest: one that nobody has altered.

        :raises UnknownModel: what lies there is no card, or another one than was added; or the card by its digest is
            damaged.
        """
        card = self.named(reference)
        if card is None:
            return None
        return self.card(reference.identity(card))

    def has_card(self, card: ModelCard) -> bool:
        """Whether something lies where the card should."""
        return self._store.size(model_key(card.digest)) is not None

    def altered(self, reference: ModelReference, card: ModelCard) -> UnknownModel:
        """The error for a name whose `card` does not lie by its digest, where `add` puts it first."""
        uri = self._store.domain.uri
        return UnknownModel(
            f"model {reference}: {uri(_key(reference))} was altered by hand, or the card that belongs to it was "
            f"removed (there is no {uri(model_key(card.digest))}); {_remedy(reference)}"
        )

    def chosen(self, reference: ModelReference, kind: StageKind, backends: Iterable[Backend]) -> ModelCard:
        """The card that `reference` names, for a recipe of `kind` that knows `backends`.

        :raises UnknownModel: there is none, or it does not fit; names those that do. Or it was altered.
        """
        known = tuple(backends)
        card = self.named(reference)
        if card is not None and not self.has_card(card):
            raise self.altered(reference, card)
        if card is not None and fits(card, kind, known):
            return card
        if card is None:
            why = f"model {reference} is not in {self._store.domain.uri(MODEL_NAMES)}"
        else:
            words = " or ".join(f"`{each}`" for each in known) or "no model but the built-in one"
            why = f"model {reference} is of the kind `{card.kind}` for `{card.backend}`; needed: `{kind}` for {words}"
        fitting = list(self._fitting(kind, known))
        meant = nearest(reference.name, [each.name for each in fitting])
        near = [str(each) for each in fitting if each.name in meant]
        others = [str(each) for each in fitting if str(each) not in near]
        shown = [*near, *others][:_MOST_SHOWN]
        more = len(fitting) - len(shown)
        rest = f"{more} more that `atelier models list` shows" if more else "what `atelier models add` adds"
        allowed = allowed_names(str(reference), shown, near, more=rest)
        raise UnknownModel(f"{why}; {allowed}")

    def card(self, identity: ModelIdentity) -> ModelCard:
        """The card whose digest `identity` has, checked against it.

        :raises UnknownModel: it is gone, or is another one.
        """
        key = model_key(identity.digest)
        body = self._store.get(key)
        todo = f"add model {identity} again with `atelier models add`"
        if body is None:
            raise self._gone(identity, todo)
        try:
            card = model_in(ModelCard, body, f"the card of model {identity}")
        except CorruptInput as error:
            raise UnknownModel(f"{error}; if it is damaged, {todo}; else run the stage with a newer image") from error
        if card.digest != identity.digest:
            raise UnknownModel(
                f"model {identity}: {self._store.domain.uri(key)} holds a card with the digest {card.digest}; {todo}"
            )
        return card

    def _gone(self, identity: ModelIdentity, todo: str) -> UnknownModel:
        """The error for a card that does not lie by its digest, by what its name holds."""
        reference = ModelReference(identity.name, identity.revision, identity.variant)
        try:
            card = self.named(reference)
        except UnknownModel as error:
            return error
        if card is not None and card.digest == identity.digest:
            return self.altered(reference, card)
        gone = f"model {identity}: {self._store.domain.uri(model_key(identity.digest))} is gone"
        if card is None:
            return UnknownModel(f"{gone}, and so is the name; {todo}")
        return UnknownModel(
            f"{gone}, and the name leads to another card now ({card.digest[:12]}), since it was removed and added "
            "anew, or altered, after this was asked for; clear the task, which then asks for what the name leads to"
        )

    def _fitting(self, kind: StageKind, backends: tuple[Backend, ...]) -> Iterable[ModelReference]:
        if not backends:
            return
        for reference in self.references()[:_MOST_TOLD]:
            with suppress(UnknownModel):
                card = self.named(reference)
                if card is not None and fits(card, kind, backends):
                    yield reference


def _remedy(reference: ModelReference) -> str:
    return f"remove the name (`atelier models remove {reference}`), then add the model again"


def _key(reference: ModelReference) -> str:
    return model_name_key(reference.name, reference.revision, reference.variant)
