"""Prompts, and models of one's own, for tests of engines."""

from __future__ import annotations

from pathlib import Path

from pydantic import JsonValue

from include.contract.model_cards import BackendSettings, CardFile, ModelCard
from include.contract.values import StageKind
from include.runtime.stage import ModelFiles
from include.runtime.writing.text_engine import Message, Prompt, Role

SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 12},
        "scenes": {"type": "array", "items": {"type": "string", "maxLength": 6}, "minItems": 2, "maxItems": 2},
    },
    "required": ["title", "scenes"],
    "additionalProperties": False,
}
SYSTEM = "You write a short piece about bees and rivers, in plain words, each time another one."


def prompt(
    text: str,
    max_tokens: int = 16,
    seed: int = 0,
    temperature: float = 0.0,
    schema: dict[str, JsonValue] | None = None,
    top_p: float = 0.9,
) -> Prompt:
    messages = (Message(Role.SYSTEM, SYSTEM), Message(Role.USER, text))
    return Prompt(messages, schema, max_tokens, seed, temperature, top_p)


def files_in(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def own_model(files: dict[str, Path], settings: BackendSettings) -> ModelFiles:
    card = ModelCard(
        kind=StageKind.TEXT,
        settings=settings,
        files={name: CardFile(sha256="0" * 64, bytes=path.stat().st_size) for name, path in files.items()},
        licence="Apache-2.0",
        commercial=True,
    )
    return ModelFiles("acme/tiny", "", files, card)
