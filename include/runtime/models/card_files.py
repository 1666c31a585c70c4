"""The files of a model of one's own, from blobs to a folder on this machine that looks as its card says."""

from __future__ import annotations

from pathlib import Path

from include.contract.artifacts import Artifact, ModelIdentity
from include.contract.model_cards import CardFile, ModelCard
from include.runtime.scratch import cache_folder, file_digest
from include.runtime.stage import ModelFiles
from include.store.store import Store
from include.store.stored import OCTETS
from include.store.transfer import room_on


def card_files(identity: ModelIdentity, card: ModelCard, store: Store) -> ModelFiles:
    """All files of `card`, below one folder.

    :raises InputLost: a blob is gone, or held other bytes.
    """
    folder = cache_folder("models") / card.digest
    files = {path: _file(folder / path, file, store) for path, file in card.files.items()}
    return ModelFiles(identity.name, identity.variant, files, card)


def _file(path: Path, file: CardFile, store: Store) -> Path:
    if path.exists() and path.stat().st_size == file.bytes and file_digest(path) == file.sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    artifact = Artifact(name="model", sha256=file.sha256, bytes=file.bytes, media_type=OCTETS.media_type)
    with room_on(path):
        store.fetch_blob(artifact, path)
    return path
