"""What the text stages have in common: a language model that is loaded when it is first needed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TypeVar

from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, ModelAway, ModelRefused, OutOfMemory, TransientError, UnknownModel
from include.contract.model_cards import Backend, ModelCard, Precision, TextSettings, Writes
from include.contract.prompts import prompts_digest
from include.runtime.batching import typed
from include.runtime.models.load_times import LoadPart
from include.runtime.stage import ItemResult, ItemStage, ModelFiles, Work
from include.runtime.writing.asking import Tally
from include.runtime.writing.assignment import Assignment, Draft, PieceParams
from include.runtime.writing.engines import engine_of
from include.runtime.writing.telling import Origin
from include.runtime.writing.text_engine import TextEngine
from include.runtime.writing.text_model import TextModel
from include.runtime.writing.whole.author import Author
from include.store.threads import daemon_threads

log = logging.getLogger(__name__)

GivenT = TypeVar("GivenT", bound=Draft)

MODEL_FILE = "gguf"
_GGUF = ".gguf"


class TextStage(ItemStage):
    """Writes; its model is a language model, which writes sentence by sentence or, by its card, whole pieces.

    Writers of whole pieces run side by side, so that their requests meet in the model.
    """

    def setup(self, model: ModelFiles) -> None:
        """Remember the model: a brief that brings everything does not need it.

        :raises UnknownModel: it is none that this stage can write with.
        """
        super().setup(model)
        self._settings = None if model.card is None else _settings_of(model, model.card)
        self._weights = None if self.writes_whole else self.weights_of(model)
        self._lock = Lock()
        self._loaded: TextModel | None = None
        self._engine: TextEngine | None = None

    def teardown(self) -> None:
        """Release the weights."""
        if self._engine is not None:
            self._engine.close()
        self._loaded = self._engine = None

    @property
    def writes_whole(self) -> bool:
        """Whether its model writes whole pieces."""
        return self._settings is not None and self._settings.writes is Writes.WHOLE

    @property
    def _is_served(self) -> bool:
        """Whether its model is on a server, and nothing is loaded here."""
        return self.model.card is not None and self.model.card.backend is Backend.OPENAI

    def weights_of(self, model: ModelFiles) -> Path | None:
        """The file of a model that writes sentence by sentence; None where the stage needs none.

        :raises UnknownModel: it has no such file.
        """
        return _gguf_of(model)

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Make every item of `batch`: those that are written whole at once, the others one after the other.

        What lies around the items ends the attempt as in every stage, unless some are done: these are kept, and the
        others fail, to be tried again.
        """
        if not self.writes_whole:
            return super().process(batch)
        with daemon_threads(len(batch), "writer") as threads:
            results = list(threads.map(self._outcome, batch))
        is_lost, around = not any(isinstance(each, ItemResult) for each in results), TransientError | ModelRefused
        for each in results:
            if isinstance(each, OutOfMemory | UnknownModel) or (is_lost and isinstance(each, around)):
                raise each
        return results

    def _outcome(self, work: Work) -> ItemResult | AtelierError:
        try:
            return self.make_item(work)
        except ModelAway as error:
            return ModelAway(
                f"model {self.model.reference}: {error}. Does it run, and there? Start it, or add the model under "
                "another revision with the right `--address`"
            )
        except Exception as error:  # noqa: BLE001 - one that nothing expects fails its item alone as well
            return typed(error)

    def assignment(self, params: PieceParams, work: Work, parts: int, given: GivenT) -> Assignment[GivenT]:
        """What is asked of whoever writes `work`: so many parts, unless they are `given`."""
        return Assignment(
            params.topic,
            params.language,
            parts,
            given,
            work.variation,
            self.model.name,
            params.prompt_language,
        )

    def text_model(self) -> TextModel:
        """The model that writes sentences, loaded on first use."""
        with self._lock:
            if self._loaded is None:
                # Imported here, so that a text that is given whole does not wait for torch.
                from include.runtime.models.smollm import load_smollm
                from include.runtime.writing.generation import TorchTextModel

                with self._loading():
                    self._loaded = TorchTextModel(*load_smollm(self._weights or _gguf_of(self.model)))
            return self._loaded

    def text_engine(self) -> TextEngine:
        """The engine that answers for the model that writes whole pieces, opened when it is first asked for."""
        with self._lock:
            if self._engine is None:
                with nullcontext() if self._is_served else self._loading():
                    self._engine = engine_of(self.model)
            return self._engine

    @contextmanager
    def _loading(self) -> Iterator[None]:
        """Count how long the model is loaded, and tell of it."""
        model, began_at = self.model, time.monotonic()
        by = "" if model.card is None else f" with {model.card.backend}"
        log.info("loading %s%s", model.reference, by)
        with model.times.during(LoadPart.MAP):
            yield
        log.info("%s is loaded after %.1f s", model.reference, time.monotonic() - began_at)

    def author(self, work: Work) -> Author:
        """Who writes a whole piece of `work`."""
        settings = self._settings or TextSettings()
        return Author(self.text_engine, settings, work.seed, work.tell, work.say, work.item)

    def writing_attributes(self, origins: Mapping[str, Origin], tally: Tally) -> dict[str, JsonValue]:
        """Where each part came from, and what the writing took; what it read is told of models of one's own."""
        told: dict[str, JsonValue] = {
            "origins": dict(origins),
            "attempts": dict(tally.attempts),
            "tokens": tally.tokens,
            "tokens_per_s": round(tally.tokens / tally.seconds, 1) if tally.seconds else None,
        }
        read = tally.prompt_tokens if self.model.card else 0
        more: dict[str, JsonValue] = {"prompt_tokens": read, "warnings": list(tally.warnings)}
        return told | {name: value for name, value in more.items() if value}


def _settings_of(model: ModelFiles, card: ModelCard) -> TextSettings:
    """How the card's model writes.

    :raises UnknownModel: not in a way that there is here.
    """
    settings = card.settings
    if not isinstance(settings, TextSettings):
        raise UnknownModel(f"model {model.name} is for `{card.backend}`, which writes no texts")
    if settings.writes is Writes.SENTENCES:
        if card.backend is not Backend.TRANSFORMERS or getattr(settings, "precision", None) is not Precision.FLOAT32:
            raise UnknownModel(
                f"model {model.name} `writes: sentences`, which needs the backend `transformers` in `float32` (found "
                f"`{card.backend}`); add it again with `writes: whole`, or for that backend"
            )
        return settings
    if settings.prompts != prompts_digest():
        raise UnknownModel(
            f"model {model.name} was added for other prompts (found {_short(settings.prompts)}, these are "
            f"{_short(prompts_digest())}); run the image that belongs to the operators that added it, or add it again "
            "under a new revision"
        )
    return settings


def _short(digest: str | None) -> str:
    return digest[:12] if digest else "none"


def _gguf_of(model: ModelFiles) -> Path:
    found = [path for name, path in model.files.items() if name == MODEL_FILE or name.endswith(_GGUF)]
    if len(found) != 1:
        what = f"`{MODEL_FILE}`" if model.card is None else f"one file `*{_GGUF}`, since it `writes: sentences`"
        raise UnknownModel(f"model {model.name} has the files {sorted(model.files)}; needed: {what}")
    return found[0]


def source_of(origins: dict[str, Origin]) -> DigitalSource:
    """What wrote a text, given where its parts came from."""
    return DigitalSource.TRAINED if Origin.MODEL in origins.values() else DigitalSource.ALGORITHMIC
