"""Curated tables: which words mean which pictogram or setting, and how things behave. Data, no code."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML


@cache
def load_table(name: str) -> dict[str, Any]:
    """Read one table (YAML 1.2, so that `on` and `no` are words)."""
    text = (resources.files(__name__) / name).read_text("utf-8")
    table: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return table
