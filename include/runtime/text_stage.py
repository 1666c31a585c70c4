"""What the stages that write have in common: a language model that is loaded when it is first needed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.errors import AtelierError, UnknownModel
from include.runtime.stage import ItemResult, ModelFiles, Output, Stage, Work
from include.runtime.writing.asking import Tally
from include.runtime.writing.telling import Origin
from include.runtime.writing.text_model import TextModel

MODEL_FILE = "gguf"


class TextStage(Stage):
    """Writes one item after the other; one that is refused fails alone."""

    def setup(self, model: ModelFiles) -> None:
        """Remember the model: a brief that brings everything never needs it loaded.

        :raises UnknownModel: the registry gives it no GGUF file.
        """
        super().setup(model)
        if MODEL_FILE not in model.files:
            raise UnknownModel(f"model {model.name} has the files {sorted(model.files)}; needed: `{MODEL_FILE}`")
        self._loaded: TextModel | None = None

    def process(self, batch: Sequence[Work]) -> Sequence[ItemResult | AtelierError]:
        """Write every item of the batch."""
        return [self._result(work) for work in batch]

    def teardown(self) -> None:
        """Let the weights go."""
        self._loaded = None

    @abstractmethod
    def _made(self, work: Work) -> ItemResult:
        """Write one item and check its files by opening them again."""

    def _result(self, work: Work) -> ItemResult | AtelierError:
        try:
            return self._made(work)
        except AtelierError as error:
            return error

    def _text_model(self) -> TextModel:
        if self._loaded is None:
            # Imported here, so that a text that is given whole does not wait for torch.
            from include.runtime.models.smollm import load_smollm
            from include.runtime.writing.generation import TorchTextModel

            self._loaded = TorchTextModel(*load_smollm(self.model.files[MODEL_FILE]))
        return self._loaded


def saved(outputs: Iterable[tuple[str, bytes, str]], scratch: Path) -> tuple[Output, ...]:
    """Write each output's name, bytes and media type to a file of its own, whose name nobody else chose."""
    files = []
    for number, (name, content, media_type) in enumerate(outputs):
        path = scratch / f"{number:03d}"
        path.write_bytes(content)
        files.append(Output(name, path, media_type))
    return tuple(files)


def source_of(origins: dict[str, Origin]) -> DigitalSource:
    """What wrote a text, given where its parts came from."""
    return DigitalSource.TRAINED if Origin.MODEL in origins.values() else DigitalSource.ALGORITHMIC


def writing_attributes(origins: dict[str, Origin], tally: Tally) -> dict[str, JsonValue]:
    """Where each part came from and what the writing took."""
    return {
        "origins": dict(origins),
        "attempts": dict(tally.attempts),
        "tokens": tally.tokens,
        "tokens_per_s": round(tally.tokens / tally.seconds, 1) if tally.seconds else None,
    }
