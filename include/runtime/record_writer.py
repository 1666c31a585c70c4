"""From a finished product to its record: hash and upload the blobs, then write the record (K3, W1, W2)."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from include.contract import environment
from include.contract.artifacts import Artifact, artifact_of
from include.contract.errors import CheckFailed, CorruptInput
from include.contract.keys import record_key
from include.contract.manifests import ModelLoad, Provenance, Record, RunRef
from include.contract.mistakes import on_one_line
from include.contract.parsing import model_in
from include.contract.registry import recipe_named
from include.contract.stored import record_in
from include.contract.values import Determinism, StageKind
from include.runtime.lookup import LookedUp, believed
from include.runtime.models.load_times import LoadTimes
from include.runtime.scratch import file_digest
from include.runtime.stage import ItemResult, Output
from include.store.objects import LARGE_BYTES
from include.store.store import Store
from include.store.stored import Stored
from include.store.threads import THREADS

_RECORDED_LIBRARIES = ("torch", "numpy", "av", "onnxruntime", "skia-python", "transformers")


class RecordWriter:
    """Writes the records of one attempt, each after the blobs that it names. Thread-safe."""

    def __init__(
        self,
        kind: StageKind,
        run: RunRef,
        determinism: Determinism,
        store: Store,
        uploaders: Executor,
        load_times: LoadTimes,
    ) -> None:
        """`uploaders` take an item's outputs up side by side; nothing else may wait in them."""
        self._kind, self._run, self._determinism, self._load_times = kind, run, determinism, load_times
        self._store, self._uploaders = store, uploaders
        self._there: set[str] = set()
        """Digests of what was put before: many items of a stage share an output, such as `digital_source`."""

    def write(self, found: LookedUp, product: ItemResult, device_s: float, at_once: int = 1) -> Record:
        """Upload the outputs in `product` and record them; if another writer was first, its record counts (W1).

        :param at_once: items that are written at the same time.
        :raises CheckFailed: an output's file is empty or gone, an output is missing, or an attribute cannot be written.
        """
        check_declared(found.wanted.recipe, product.outputs)
        for output in product.outputs:
            _check_written(output)
        record, body = self._record(found, product, self._uploaded(product.outputs, at_once), device_s)
        adopted: Record | None = None

        def ours(stored: Stored | None) -> bytes | None:
            nonlocal adopted
            is_another = stored is not found.broken
            adopted = believed(stored, found.wanted, self._store.has_blob) if stored and is_another else None
            return None if adopted else body

        self._store.update(record_key(self._kind, found.wanted.fingerprint), ours, seen=found.broken)
        return adopted or record

    def _uploaded(self, outputs: Sequence[Output], at_once: int) -> tuple[Artifact, ...]:
        """Side by side, unless the items alone are as many: to hand a request over costs as much as to send it."""
        is_side_by_side = len(outputs) > 1 and at_once < THREADS
        return tuple((self._uploaders.map if is_side_by_side else map)(self._upload, outputs))

    def _upload(self, output: Output) -> Artifact:
        path, size = output.path, output.path.stat().st_size
        if size < LARGE_BYTES:
            body = path.read_bytes()
            artifact = artifact_of(output.name, body, output.media_type)
            if artifact.sha256 not in self._there:
                self._store.put_blob(body, artifact)
                self._there.add(artifact.sha256)
            return artifact
        artifact = Artifact(name=output.name, sha256=file_digest(path), bytes=size, media_type=output.media_type)
        self._store.upload_blob(path, artifact)
        return artifact

    def _record(
        self, found: LookedUp, product: ItemResult, artifacts: tuple[Artifact, ...], device_s: float
    ) -> tuple[Record, bytes]:
        """The record, and its bytes; what could not be read again would be made again for ever."""
        try:
            record = Record(
                preimage=found.wanted.preimage,
                outputs=artifacts,
                attributes=dict(product.attributes),
                provenance=provenance(self._run, self._determinism, self._load_times.told()),
                device_s=round(device_s, 3),
            )
            body = record.model_dump_json().encode()
            record_in(body, found.wanted.fingerprint)
        except ValidationError as error:
            raise _unrecordable(on_one_line(error, Record)) from error
        except PydanticSerializationError as error:
            raise _unrecordable("one of its attributes cannot be written as JSON in UTF-8") from error
        except CorruptInput as error:
            raise _unrecordable(str(error)) from error
        return record, body


def _unrecordable(why: str) -> CheckFailed:
    return CheckFailed(f"what the recipe made cannot be recorded: {why}")


def check_declared(recipe: str, outputs: Sequence[Output]) -> None:
    """Refuse outputs that the recipe does not declare.

    :raises CheckFailed: an output has another name or media type, or is not the declared document.
    """
    for output in outputs:
        declared = recipe_named(recipe).output_named(output.name)
        if declared is None:
            allowed = ", ".join(each.name for each in recipe_named(recipe).outputs)
            raise CheckFailed(f"output `{output.name}` is not declared by `{recipe}`; declared: {allowed}")
        if declared.media_type != output.media_type:
            raise CheckFailed(f"output `{output.name}` is {output.media_type}; declared: {declared.media_type}")
        if declared.document is not None and output.path.is_file():
            try:
                model_in(declared.document, output.path.read_bytes(), f"output `{output.name}`")
            except CorruptInput as error:
                raise CheckFailed(f"{error}; declared: {declared.type_name}") from error


def provenance(run: RunRef, determinism: Determinism, load: ModelLoad) -> Provenance:
    """The provenance of records made here and now."""
    return Provenance(
        made_by=run,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        device=device_name(),
        image_digest=os.environ.get(environment.IMAGE_DIGEST, ""),
        determinism=determinism,
        model_load=load,
        libraries={"python": platform.python_version(), **_library_versions()},
    )


def device_name() -> str:
    """The accelerator in use, or the processor's architecture."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"cpu {platform.machine()}"


def _check_written(output: Output) -> None:
    if not output.path.is_file() or output.path.stat().st_size == 0:
        raise CheckFailed(f"output `{output.name}` is empty or was not written ({output.path.name})")


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
