"""Questions to a model on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from include.runtime.writing.engines.openai_engine import OpenaiEngine
from include.runtime.writing.text_engine import Message, Prompt, Role

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "maxLength": 20}},
    "required": ["title"],
    "additionalProperties": False,
}
QUESTION = Prompt((Message(Role.USER, "Give a title."),), None, 4, seed=1, temperature=0, top_p=1)
BY_SCHEMA = replace(QUESTION, schema=SCHEMA, max_tokens=30)
HTML = "<!DOCTYPE html><title>Our tools</title><body>Sign in"

Opened = Callable[..., OpenaiEngine]
