"""From a finished product to its record: hash, upload the blobs, then write the record (K3, W1, W2)."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from include.contract import environment
from include.contract.artifacts import Artifact
from include.contract.errors import CheckFailed, CorruptInput
from include.contract.keys import record_key
from include.contract.manifests import Provenance, Record, RunRef
from include.contract.mistakes import on_one_line
from include.contract.parsing import model_in
from include.contract.registry import recipe_named
from include.contract.stored import record_in
from include.contract.values import Determinism, StageKind
from include.runtime.lookup import LookedUp, believed
from include.runtime.scratch import file_digest
from include.runtime.stage import ItemResult, Output
from include.store.store import Store
from include.store.stored import Stored

_RECORDED_LIBRARIES = ("torch", "numpy", "av", "onnxruntime", "skia-python", "transformers")


def write_record(
    found: LookedUp, product: ItemResult, kind: StageKind, provenance: Provenance, device_s: float, store: Store
) -> Record:
    """Upload what `product` holds and record it; when another writer was first, its record is the one (W1).

    :param provenance: who makes it, and when.
    :raises CheckFailed: an output's file is empty or gone, an output is missing, or an attribute cannot be written.
    """
    check_declared(str(found.wanted.preimage["recipe"]), product.outputs)
    artifacts = tuple(_uploaded(output, store) for output in product.outputs)
    try:
        record = Record(
            preimage=found.wanted.preimage,
            outputs=artifacts,
            attributes=dict(product.attributes),
            provenance=provenance,
            device_s=round(device_s, 3),
        )
        # What cannot be read again would be made again for ever.
        record_in(record.model_dump_json().encode(), found.wanted.fingerprint)
    except ValidationError as error:
        raise _unrecordable(on_one_line(error, Record)) from error
    except PydanticSerializationError as error:
        raise _unrecordable("one of its attributes cannot be written as JSON in UTF-8") from error
    except CorruptInput as error:
        raise _unrecordable(str(error)) from error
    return _recorded(found, record, kind, store)


def _unrecordable(why: str) -> CheckFailed:
    return CheckFailed(f"what the recipe made cannot be recorded: {why}")


def check_declared(recipe: str, outputs: Sequence[Output]) -> None:
    """Refuse what the recipe does not say that it gives.

    :raises CheckFailed: an output of another name or media type, or a document that is none.
    """
    for output in outputs:
        declared = recipe_named(recipe).output_named(output.name)
        if declared is None:
            allowed = ", ".join(each.name for each in recipe_named(recipe).outputs)
            raise CheckFailed(f"output `{output.name}` is none of `{recipe}`; declared: {allowed}")
        if declared.media_type != output.media_type:
            raise CheckFailed(f"output `{output.name}` is {output.media_type}; declared: {declared.media_type}")
        if declared.document is not None and output.path.is_file():
            try:
                model_in(declared.document, output.path.read_bytes(), f"output `{output.name}`")
            except CorruptInput as error:
                raise CheckFailed(f"{error}; declared: {declared.type_name}") from error


def provenance(run: RunRef, determinism: Determinism) -> Provenance:
    """Who makes records here, now."""
    return Provenance(
        made_by=run,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        device=device_name(),
        image_digest=os.environ.get(environment.IMAGE_DIGEST, ""),
        determinism=determinism,
        libraries={"python": platform.python_version(), **_library_versions()},
    )


def device_name() -> str:
    """The accelerator in use, or the processor's architecture."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"cpu {platform.machine()}"


def _uploaded(output: Output, store: Store) -> Artifact:
    size = output.path.stat().st_size if output.path.is_file() else 0
    if size == 0:
        raise CheckFailed(f"output `{output.name}` is empty or was not written ({output.path.name})")
    artifact = Artifact(name=output.name, sha256=file_digest(output.path), bytes=size, media_type=output.media_type)
    store.upload_blob(output.path, artifact)
    return artifact


def _recorded(found: LookedUp, record: Record, kind: StageKind, store: Store) -> Record:
    """Write `record` where none lies or a broken one does; otherwise adopt what lies there."""
    key = record_key(kind, found.wanted.fingerprint)
    body = record.model_dump_json().encode()
    adopted: Record | None = None

    def ours(stored: Stored | None) -> bytes | None:
        nonlocal adopted
        adopted = believed(stored, found.wanted, store) if stored and stored is not found.broken else None
        return None if adopted else body

    store.update(key, ours, seen=found.broken)
    return adopted or record


@cache
def _library_versions() -> Mapping[str, str]:
    """Of this process; looking through what is installed takes longer than to write a record."""
    versions = {}
    for name in _RECORDED_LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return MappingProxyType(versions)
