"""A model on a hub, at one revision: downloaded by huggingface-hub, which knows where it is and which token to use.

The hub is the one that huggingface-hub's variables name (`HF_ENDPOINT`, `HF_TOKEN`). Files go to its cache, where an
interrupted download is resumed.
"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from include.contract.artifacts import ModelRevision
from include.contract.errors import BadRequest, CorruptInput, ScratchFull, SourceAway
from operators.models.folder import LocalFiles
from operators.models.source import ModelSource

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

HUB = "hub:"
_EXAMPLE = f"{HUB}acme/qwen3-4b@3f2a91c"
_ADDRESS = re.compile(r"hub:(?P<model>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?)@(?P<revision>[^@\s]+)")
_REVISION: TypeAdapter[str] = TypeAdapter(ModelRevision)
_LATER = (408, 429)
_SERVER_ERROR = 500


class HubFiles(ModelSource):
    """The files of a model on a hub, which are known before anything is downloaded."""

    def __init__(self, address: str) -> None:
        """Ask the hub what there is.

        :raises BadRequest: it is not the address of a model at a revision that stays, or huggingface-hub is not
            installed.
        """
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise BadRequest(f"{address!r:.300} is not a model on a hub; allowed: hub:ID@REVISION, as in {_EXAMPLE}")
        try:
            _REVISION.validate_python(found["revision"])
        except ValidationError as error:
            raise BadRequest(
                f"{address:.300}: the revision may move (found {found['revision']!r:.100}); allowed: a commit or a "
                f"tag, as in {_EXAMPLE}; the model's page on the hub lists them"
            ) from error
        self._address, self._model, self._revision = address, found["model"], found["revision"]
        self._info = self._found()
        self._digests = {each.rfilename: each.lfs.sha256 for each in self._info.siblings or [] if each.lfs}
        self._local: LocalFiles | None = None
        self.origin = f"{HUB}{self._model}@{self._info.sha}"
        said = self._info.card_data
        self.licence = str(said.get("license") or "") if said else ""

    def sizes(self) -> Mapping[str, int]:
        """As `ModelSource`."""
        files = {each.rfilename: each.size or 0 for each in self._info.siblings or []}
        return {path: size for path, size in files.items() if not any(part[:1] == "." for part in path.split("/"))}

    def take(self, paths: Collection[str]) -> None:
        """Download them.

        :raises BadRequest, SourceAway, ScratchFull: they cannot be downloaded.
        """
        from huggingface_hub import snapshot_download
        from huggingface_hub.utils.tqdm import disable_progress_bars

        if not sys.stderr.isatty():
            disable_progress_bars()
        with self._typed():
            patterns = [escape(path) for path in paths]
            folder = Path(snapshot_download(self._model, revision=self._info.sha, allow_patterns=patterns))
        # In its cache, a snapshot is a folder of links to the files beside it.
        self._local = LocalFiles(folder, within=folder.parents[1])
        there, said = self._local.sizes(), self.sizes()
        wrong = [path for path in paths if there.get(path) != said[path]]
        if wrong:
            raise CorruptInput(
                f"{self._address}: {wrong[0]} is not as large as the hub says; remove {folder} and try again"
            )

    def digest(self, path: str) -> str:
        """As `ModelSource`; known for large files."""
        return self._digests.get(path, "")

    def read(self, path: str, begin: int, end: int) -> bytes:
        """As `ModelSource`."""
        if self._local is None:
            raise BadRequest(f"{path}: was not downloaded")
        return self._local.read(path, begin, end)

    def _found(self) -> ModelInfo:
        """What the hub says about the model at its revision."""
        try:
            from huggingface_hub import HfApi
        except ImportError as error:
            raise BadRequest(
                f"{self._address} needs huggingface-hub beside Airflow; install it there, or give the model's folder"
            ) from error
        with self._typed():
            return HfApi().model_info(self._model, revision=self._revision, files_metadata=True)

    @contextmanager
    def _typed(self) -> Iterator[None]:
        """Types what huggingface-hub raises, by what to do next."""
        from httpx2 import HTTPError
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError

        try:
            yield
        except HfHubHTTPError as error:
            status, said = error.response.status_code, " ".join(str(error).split())
            if status in _LATER or status >= _SERVER_ERROR:
                raise SourceAway(f"{self._address}: the hub cannot answer now: {said}") from error
            raise BadRequest(f"{self._address}: the hub refuses: {said}") from error
        except (HTTPError, ConnectionError, FileNotFoundError) as error:
            raise SourceAway(f"{self._address}: the hub does not answer: {' '.join(str(error).split())}") from error
        except HFValidationError as error:
            raise BadRequest(f"{self._address}: {error}") from error
        except OSError as error:
            if error.errno is None:
                raise SourceAway(f"{self._address}: the hub's answer is not whole: {error}") from error
            kind = ScratchFull if error.errno == errno.ENOSPC else BadRequest
            raise kind(f"{self._address}: cannot be written to huggingface-hub's cache: {error}") from error
