from __future__ import annotations

import sys
from types import ModuleType

import pytest

from include.contract.errors import UnknownModel
from include.contract.model_cards import ModelCard, OpenaiSettings
from include.contract.values import StageKind
from include.runtime.stage import ModelFiles
from include.runtime.writing.engines import engine_of

CARD = ModelCard(
    kind=StageKind.TEXT,
    settings=OpenaiSettings(address="http://127.0.0.1:1/v1", server_model="tiny"),
    licence="Apache-2.0",
    commercial=True,
)
MODULE = "include.runtime.writing.engines.openai_engine"


def test_what_is_missing_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setattr("include.runtime.writing.engines.import_module", _lacking("openai"))
    with pytest.raises(UnknownModel, match="lacks openai, which model acme/tiny needs .*setup-models") as refusal:
        engine_of(ModelFiles("acme/tiny", "", {}, CARD))
    assert "\n" not in str(refusal.value)


def test_a_mistake_of_ones_own_is_not_taken_for_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.runtime.writing.engines.import_module", _lacking("include.runtime.gone"))
    with pytest.raises(ImportError):
        engine_of(ModelFiles("acme/tiny", "", {}, CARD))


def test_a_model_without_a_card_has_no_engine() -> None:
    with pytest.raises(UnknownModel, match="builtin/smollm2-135m has no card"):
        engine_of(ModelFiles("builtin/smollm2-135m", "", {}))


def _lacking(name: str):  # type: ignore[no-untyped-def]
    def failing(module: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return failing
