"""What a stage has made, for a task of your own downstream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from include.contract.artifacts import Artifact
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from include.contract.keys import blob_key
from include.contract.messages import quoted
from include.store.store import Store
from operators.configuration import deployment_here
from operators.items import items_in
from operators.stages.reuse import read_manifest
from operators.store import connected_store


@dataclass(frozen=True)
class StageArtifact:
    """One output of one item of a stage."""

    item: str
    """Id of the item, such as `honey` or `honey/03`."""
    name: str
    """Name of the output, such as `image` or `narration/03`."""
    uri: str
    sha256: str
    """SHA-256 of its bytes, in hexadecimal."""
    bytes: int
    media_type: str
    _store: Store = field(repr=False, compare=False)
    _producer: str = field(repr=False, compare=False)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """A file with its bytes, to read piece by piece; their digest is checked before the first is read.

        :raises InputLost: they are gone or wrong; says which task makes them again.
        """
        artifact = Artifact(name=self.name, sha256=self.sha256, bytes=self.bytes, media_type=self.media_type)
        with TemporaryDirectory(prefix="atelier-") as folder:
            file = Path(folder) / "artifact"
            self._store.fetch_blob(artifact, file, self._producer)
            with file.open("rb") as stream:
                yield stream


def artifacts_of(manifest: Mapping[str, Any], deployment: Deployment | None = None) -> Iterator[StageArtifact]:
    """What a stage has made: the outputs of its successful items, in the order of the items.

    Items are read from the store on demand, some thousands at once.

    :param manifest: what the stage's task returned, its XCom; with shards, what their merge returned.
    :param deployment: where the store is; default: the installation's own.
    :raises BadRequest: `manifest` is not what a stage returns.
    :raises InputLost: the stage's manifest, or its list of items, is gone.
    """
    if not isinstance(manifest, Mapping) or not isinstance(manifest.get("manifest"), str):
        raise BadRequest(
            f"artifacts_of: takes what a stage's task returns, such as `scenes.output` (found {quoted(manifest)})"
        )
    store = connected_store((deployment or deployment_here()).store)
    found = read_manifest(store, manifest["manifest"], str(manifest["manifest"]))
    producer = found.producer or found.run.task_id
    for line in items_in(store, found.parts, f"task `{producer}`", producer):
        for output in line.outputs if line.succeeded else ():
            uri = store.domain.uri(blob_key(output.sha256))
            yield StageArtifact(
                line.item, output.name, uri, output.sha256, output.bytes, output.media_type, store, producer
            )
