"""Whether a model in the store is still what was added: the card by its digest, every file byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from include.contract.blobs import Reading, trusted
from include.contract.errors import InputLost, PermanentError
from include.contract.keys import blob_key
from include.contract.model_cards import ModelCard, ModelReference
from include.store.models import Models
from include.store.store import Store
from include.store.threads import daemon_threads

FILES_AT_ONCE = 4


@dataclass
class Verified:
    """How much was verified."""

    models: int = 0
    files: int = 0
    bytes: int = 0


class ModelVerification:
    """Verifies models. A wrong file is emptied: nobody uses it, and adding the model again puts it right (W2)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.looked = Verified()

    def wrong(self, reference: ModelReference) -> Iterator[str]:
        """What is wrong with the model that `reference` names, each as it is found."""
        self.looked.models += 1
        models = Models(self._store)
        try:
            card = models.intact(reference)
        except PermanentError as error:
            yield str(error)
            return
        if card is None:
            yield f"model {reference}: there is no such name"
            return
        yield from self._wrong_files(reference, card)

    def _wrong_files(self, reference: ModelReference, card: ModelCard) -> Iterator[str]:
        with daemon_threads(FILES_AT_ONCE, "verify") as threads:
            asked = [threads.submit(self._wrong_file, card, path) for path in card.files]
            for path, future in zip(card.files, asked, strict=True):
                self.looked.files += 1
                self.looked.bytes += card.files[path].bytes
                wrong = future.result()
                if wrong:
                    yield f"model {reference}: {wrong}; add the model again (it came from `{card.origin}`)"

    def _wrong_file(self, card: ModelCard, path: str) -> str:
        sha256 = card.files[path].sha256
        key = blob_key(sha256)

        def read() -> Reading[None] | None:
            found = self._store.digest(key)
            return None if found is None else Reading(None, found.sha256, found.etag)

        try:
            trusted(read, partial(self._store.empty_blob, sha256), sha256, f"`{path}`", self._store.domain.uri(key))
        except InputLost as error:
            return str(error)
        return ""
