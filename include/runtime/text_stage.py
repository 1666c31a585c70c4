"""What the stages that write have in common: a language model that is loaded when it is first needed."""

from __future__ import annotations

from pydantic import JsonValue

from include.contract.digital_source import DigitalSource
from include.contract.errors import UnknownModel
from include.runtime.stage import ItemStage, ModelFiles
from include.runtime.writing.asking import Tally
from include.runtime.writing.telling import Origin
from include.runtime.writing.text_model import TextModel

MODEL_FILE = "gguf"


class TextStage(ItemStage):
    """Writes; its model is a language model."""

    def setup(self, model: ModelFiles) -> None:
        """Remember the model: a brief that brings everything never needs it loaded.

        :raises UnknownModel: the registry gives it no GGUF file.
        """
        super().setup(model)
        if MODEL_FILE not in model.files:
            raise UnknownModel(f"model {model.name} has the files {sorted(model.files)}; needed: `{MODEL_FILE}`")
        self._loaded: TextModel | None = None

    def teardown(self) -> None:
        """Let the weights go."""
        self._loaded = None

    def text_model(self) -> TextModel:
        """The model that writes, loaded when it is first asked for."""
        if self._loaded is None:
            # Imported here, so that a text that is given whole does not wait for torch.
            from include.runtime.models.smollm import load_smollm
            from include.runtime.writing.generation import TorchTextModel

            self._loaded = TorchTextModel(*load_smollm(self.model.files[MODEL_FILE]))
        return self._loaded


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
