"""From the registry to files on disk, each checked against its digest before anything loads it (I6)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from include.contract.artifacts import ModelIdentity
from include.contract.errors import UnknownModel
from include.contract.models import ModelFile, ModelRegistry, folder_digest, read_registry, with_installed
from include.runtime.models.arrival import Arrival
from include.runtime.models.cache import ModelCache
from include.runtime.models.load_times import LoadPart
from include.runtime.models.sources import BucketFile
from include.runtime.scratch import file_digest
from include.runtime.stage import ModelFiles
from include.store.store import Store

REGISTRY_FILE = Path(__file__).resolve().parents[2] / "models.yaml"


def registry() -> ModelRegistry:
    """The models that this runtime knows."""
    return with_installed(read_registry(REGISTRY_FILE.read_text(), REGISTRY_FILE.name))


def located(
    identity: ModelIdentity, models: ModelRegistry, store: Store | None = None, arrival: Arrival | None = None
) -> ModelFiles:
    """The model's files, where they are.

    :param store: through whose connection files in S3 are fetched; `arrival` reports on them.
    :raises UnknownModel: not registered as such, not installed, or with other bytes than the registered ones.
    """
    model, told = models.check(identity), arrival or Arrival()
    with told.times.during(LoadPart.VERIFY):
        files = {short: _checked(file, identity) for short, file in model.files.items() if file.s3 is None}
    in_s3 = {short: file for short, file in model.files.items() if file.s3 is not None}
    files |= _fetched(in_s3, identity, store, told) if in_s3 else {}
    in_order = {short: files[short] for short in model.files}
    return ModelFiles(identity.name, identity.variant, in_order, times=told.times, revision=identity.revision)


def _checked(file: ModelFile, identity: ModelIdentity) -> Path:
    path = _path(file, identity)
    if not path.exists():
        todo = "mount it, or put the file there" if file.folder else f"install {file.place}"
        raise UnknownModel(f"model {identity}: {path} is not there; {todo}")
    found = digest_at(path)
    if found != file.sha256:
        raise UnknownModel(
            f"model {identity}: {path} has the digest {found}, but {file.sha256} is registered; install the registered "
            "version, or register this one under a new revision"
        )
    return path


def _fetched(
    files: Mapping[str, ModelFile], identity: ModelIdentity, store: Store | None, arrival: Arrival
) -> Mapping[str, Path]:
    """Files in S3, downloaded to this machine."""
    if store is None:
        raise UnknownModel(f"model {identity}: its files are in S3, but there is no store here; run it as a stage")
    # A recipe may know a file by the end of its name.
    named = {short: f"{short}/{file.path.rpartition('/')[2]}" for short, file in files.items()}
    try:
        found = ModelCache.from_environment(arrival).files(
            {named[short]: BucketFile(file, store) for short, file in files.items()}
        )
    except UnknownModel as error:
        raise UnknownModel(f"model {identity}: {error}") from error
    return {short: found[named[short]] for short in files}


def digest_at(path: Path) -> str:
    """Digest of a file, or of a folder with all its files, as in the registry."""
    if path.is_file():
        return file_digest(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return folder_digest({file.relative_to(path).as_posix(): file_digest(file) for file in files})


def _path(file: ModelFile, identity: ModelIdentity) -> Path:
    if file.package is None:
        return Path(file.folder or "", file.path)
    try:
        return Path(str(distribution(file.package).locate_file(file.path)))
    except PackageNotFoundError:
        raise UnknownModel(f"model {identity}: the package {file.package} is not installed; install it") from None


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"{digest_at(Path(name))}  {name}\n")
