"""Claims (W8): of two runs that need an item at once, one makes it and the other waits for its record.

A claim is an object that its owner creates, and renews while it works. Whoever finds another's claim takes
it over when it is released, expired by the store's clock, or its own task's from an earlier try. Claims save money,
they never decide what is right: an item whose claim cannot be written or read is simply made, and of two that make it
the first record wins (W1).
"""

from __future__ import annotations

import itertools
import logging
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Annotated, Self

from pydantic import Field

from include.contract.errors import AtelierError, CorruptInput, StoreAway
from include.contract.keys import claim_key
from include.contract.manifests import RunRef
from include.contract.parsing import model_in
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest
from include.contract.values import Open
from include.runtime.lookup import LookedUp, find
from include.store.conditional import UNREAD
from include.store.store import Store
from include.store.stored import Stored

log = logging.getLogger(__name__)

EXPIRY_S = 60.0
"""A claim that was not renewed for as long may be taken over by anyone."""
RENEWALS_PER_EXPIRY = 3.0
_LONGEST_EXPIRY_S = 3600.0
"""A claim that says it holds for longer is none."""
_RELEASE_S = 5.0
"""The end of an attempt waits no longer for its claims to be given up; what is left of them expires."""


class Claim(Open):
    """Who is making an item now. Pods may not delete, so old claims stay, released or expired."""

    owner: RunRef
    attempt: int
    expiry_s: Annotated[float, Field(gt=0, le=_LONGEST_EXPIRY_S)]
    """Seconds after its last renewal from which on anyone may take it over."""
    renewal: int = 0
    """Makes each version another object, so that a stale `If-Match` fails."""
    released: bool = False
    crashes: Annotated[int, Field(ge=0, exclude_if=lambda number: number == 0)] = 0
    """How often a process died that was making this item alone."""


class Claims:
    """The claims of one attempt: taken item by item, renewed by a thread, released when the block ends. Thread-safe."""

    def __init__(self, request: StageRequest, attempt: int, store: Store) -> None:
        self._kind, self._store = request.kind, store
        self._mine = Claim(owner=request.run, attempt=attempt, expiry_s=EXPIRY_S)
        self._is_claiming = recipe_named(request.recipe).claimed
        self._renewals = itertools.count()
        self._held: dict[str, Stored] = {}
        """Fingerprint of each item in hand to its claim's version."""
        self._crashes: dict[str, int] = {}
        """Fingerprint of an item to how often a process died of it."""
        self._lock = Lock()
        self._ended = Event()
        self._renewer = Thread(target=self._keep_alive, daemon=True, name="claims")

    def __enter__(self) -> Self:
        if self._is_claiming:
            self._renewer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        if self._renewer.is_alive():
            self._renewer.join(_RELEASE_S)

    def take(self, found: LookedUp) -> LookedUp | Claim:
        """`found` if it is to be made here, its record if it was made meanwhile, or the claim of whoever makes it."""
        return self._take(found, is_new=True)

    def take_over(self, found: LookedUp) -> LookedUp | Claim:
        """Like `take`, for an item that another had claimed."""
        return self._take(found, is_new=False)

    def made(self, fingerprint: str) -> None:
        """Note that its record is there, so the claim no longer matters."""
        with self._lock:
            self._held.pop(fingerprint, None)

    def crashed(self, fingerprint: str) -> int:
        """Note that the process that made this item alone has died; how often that has happened.

        Other drivers go on counting, as far as the item is claimed.
        """
        with self._lock:
            self._crashes[fingerprint] = number = self._crashes.get(fingerprint, 0) + 1
            if fingerprint in self._held:
                self._rewrite(fingerprint)
        return number

    def renew(self, fingerprint: str) -> None:
        """Hold an item in hand for longer; let go of one that another has taken over."""
        with self._lock:
            if fingerprint in self._held:
                self._rewrite(fingerprint)

    def release(self, fingerprint: str) -> None:
        """Release an item that was not made, so that others can try; whoever does counts its crashes anew."""
        with self._lock:
            self._crashes.pop(fingerprint, None)
            self._give_up(fingerprint)

    def _take(self, found: LookedUp, *, is_new: bool) -> LookedUp | Claim:
        if not self._is_claiming:
            return found
        answer: LookedUp | Claim = found

        def claimed(stored: Stored | None) -> bytes | None:
            nonlocal answer
            claim = read_claim(stored.body) if stored else None
            if stored and claim and self._is_foreign(claim, stored, key):
                answer = claim
                return None
            if claim is not None and claim.crashes:
                self._crashes[found.wanted.fingerprint] = claim.crashes
            answer = now = found if is_new and stored is None else find(found.wanted, self._kind, self._store)
            return self._body(found.wanted.fingerprint) if now.record is None else None

        key = self._key(found.wanted.fingerprint)
        try:
            mine = self._store.update(key, claimed, seen=None if is_new else UNREAD)
        except AtelierError as error:
            self._do_without(found, error)
            return found
        if mine is not None:
            self._hold(found.wanted.fingerprint, mine)
        return answer

    def _is_foreign(self, claim: Claim, stored: Stored, key: str) -> bool:
        """Whether another is at work on it: a later try of this task is, an earlier one is not."""
        is_own = claim.owner == self._mine.owner and claim.attempt <= self._mine.attempt
        if is_own or claim.released:
            return False
        now = self._store.now(key)
        if now is None or stored.modified_at is None:
            return False
        return (now - stored.modified_at).total_seconds() <= claim.expiry_s

    def _hold(self, fingerprint: str, mine: Stored) -> None:
        with self._lock:
            self._held[fingerprint] = mine
            if self._ended.is_set():
                self._give_up(fingerprint)

    def _do_without(self, found: LookedUp, error: AtelierError) -> None:
        """Make the item unclaimed; a store that refuses claims is asked for no more of them."""
        if isinstance(error, StoreAway):
            log.warning("%s is made unclaimed: %s", found.wanted.item, error)
            return
        with self._lock:
            was_claiming, self._is_claiming = self._is_claiming, False
        if was_claiming:
            log.warning("items are made unclaimed from now on, so that another run may make them too: %s", error)

    def _keep_alive(self) -> None:
        while not self._ended.wait(self._mine.expiry_s / RENEWALS_PER_EXPIRY):
            for fingerprint in tuple(self._held):
                self.renew(fingerprint)
        for fingerprint in tuple(self._held):
            self.release(fingerprint)

    def _give_up(self, fingerprint: str) -> None:
        if fingerprint in self._held:
            self._rewrite(fingerprint, released=True)
            self._held.pop(fingerprint, None)

    def _rewrite(self, fingerprint: str, *, released: bool = False) -> None:
        """Put the next version of a claim in hand, and let go of one that has gone to another."""
        held = self._held[fingerprint]

        def next_version(stored: Stored | None) -> bytes | None:
            # Another version than the one in hand may be an earlier renewal whose answer was lost.
            is_mine = stored is held or (stored is not None and self._is_mine(stored))
            return self._body(fingerprint, released=released) if is_mine else None

        try:
            mine = self._store.update(self._key(fingerprint), next_version, seen=held)
        except AtelierError as error:
            log.warning("a claim could not be rewritten: %s", error)
            return
        if mine is None:
            log.info("the claim on %s was taken over by another run", fingerprint)
            del self._held[fingerprint]
        else:
            self._held[fingerprint] = mine

    def _is_mine(self, stored: Stored) -> bool:
        claim = read_claim(stored.body)
        return claim is not None and (claim.owner, claim.attempt) == (self._mine.owner, self._mine.attempt)

    def _body(self, fingerprint: str, *, released: bool = False) -> bytes:
        crashes = self._crashes.get(fingerprint, 0)
        update = {"renewal": next(self._renewals), "released": released, "crashes": crashes}
        return self._mine.model_copy(update=update).model_dump_json().encode()

    def _key(self, fingerprint: str) -> str:
        return claim_key(self._kind, fingerprint)


def read_claim(body: bytes) -> Claim | None:
    """The claim in `body`; None if it cannot be read."""
    try:
        return model_in(Claim, body, "the claim")
    except CorruptInput:
        return None
