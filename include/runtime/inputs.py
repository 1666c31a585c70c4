"""The inputs of the items in progress: fetched once, kept as long as an item needs them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock

from include.contract.artifacts import Artifact
from include.contract.fingerprint import seed_of
from include.contract.media_limits import MediaLimits
from include.contract.requests import Execution
from include.runtime.lookup import LookedUp
from include.runtime.stage import Work
from include.store.store import Store


class Inputs:
    """Prepares items for a recipe in the work folder `scratch`, and cleans up after them."""

    def __init__(
        self,
        missing: Sequence[LookedUp],
        producers: Mapping[str, str],
        store: Store,
        scratch: Path,
        tell: Callable[[str, float], None],
        say: Callable[[str, str], None] = lambda item, words: None,
        execution: Execution | None = None,
    ) -> None:
        """`producers` are the ids of the tasks that made the inputs, by digest.

        :param tell: takes an item and its share.
        :param say: takes an item and what is under way.
        :param execution: the request's, which has limits and names of what people bring.
        """
        self._limits = (execution and execution.own_media) or MediaLimits()
        self._called = (execution and execution.brought) or {}
        self._producers, self._store, self._tell, self._say = producers, store, tell, say
        self._items, self._inputs = scratch / "items", scratch / "inputs"
        self._inputs.mkdir(parents=True, exist_ok=True)
        self._uses = Counter(artifact.sha256 for found in missing for artifact in found.wanted.inputs)
        self._lock = Lock()

    def expect(self, more: Sequence[LookedUp], producers: Mapping[str, str]) -> None:
        """Note that there are items besides those that were known at first."""
        with self._lock:
            self._producers = {**self._producers, **producers}
            self._uses.update(artifact.sha256 for found in more for artifact in found.wanted.inputs)

    def work(self, found: LookedUp) -> Work:
        """The item as given to its recipe.

        :raises InputLost: an input's blob is gone or broken; says which task makes it again.
        """
        scratch = self._scratch(found)
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        preimage = found.wanted.preimage
        return Work(
            item=found.wanted.item,
            params=found.wanted.order.params,
            inputs={artifact.name: self._fetched(artifact) for artifact in found.wanted.inputs},
            seed=lambda number: seed_of(preimage, number),
            variation=found.wanted.variation,
            scratch=scratch,
            limits=self._limits,
            called={
                artifact.name: self._called[artifact.sha256]
                for artifact in found.wanted.inputs
                if artifact.sha256 in self._called
            },
            tell=partial(self._tell, found.wanted.item),
            say=partial(self._say, found.wanted.item),
        )

    def clear(self, found: LookedUp) -> None:
        """Remove what a finished item left, and the inputs that no other item needs."""
        shutil.rmtree(self._scratch(found), ignore_errors=True)
        with self._lock:
            for artifact in found.wanted.inputs:
                self._uses[artifact.sha256] -= 1
                if self._uses[artifact.sha256] == 0:
                    (self._inputs / artifact.sha256).unlink(missing_ok=True)

    def _scratch(self, found: LookedUp) -> Path:
        return self._items / found.wanted.fingerprint

    def _fetched(self, artifact: Artifact) -> Path:
        path = self._inputs / artifact.sha256
        if not path.exists():
            self._store.fetch_blob(artifact, path, self._producers.get(artifact.sha256, ""))
        return path
