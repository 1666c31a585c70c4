"""Curated tables: which words mean which pictogram or setting, and how things behave. Data, no code."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from include.contract.yaml12 import read_yaml


@cache
def load_table(name: str) -> dict[str, Any]:
    """Read one table."""
    table: dict[str, Any] = read_yaml((resources.files(__name__) / name).read_text("utf-8"), name).value
    return table
