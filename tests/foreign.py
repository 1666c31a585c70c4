"""What others may write: strategies for the property tests of readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(max_size=40)
"""Lone surrogates and control characters too."""
ENDLESS = st.builds(lambda: 1 << 20_000)
"""A number that Python does not write."""
NUMBERS = st.integers() | ENDLESS | st.floats()
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
"""Any value that JSON, YAML or a table's cell may give, and some that they may not."""
JSON_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
"""Any value that Python's `json` writes."""


@st.composite
def damaged(draw: st.DrawFn, whole: Any, values: st.SearchStrategy[Any] = TREES) -> Any:
    """`whole`, a tree of mappings and lists, with one to three of its parts replaced, left out or joined by others."""
    tree = whole
    for _ in range(draw(st.integers(1, 3))):
        tree = _replaced(draw, tree, values)
    return tree


def _replaced(draw: st.DrawFn, tree: Any, values: st.SearchStrategy[Any]) -> Any:
    is_inner = bool(tree) and isinstance(tree, Mapping | list)
    if not is_inner or draw(st.integers(0, 5)) == 0:
        return draw(values)
    if isinstance(tree, list):
        place = draw(st.integers(0, len(tree) - 1))
        return [*tree[:place], _replaced(draw, tree[place], values), *tree[place + 1 :]]
    key = draw(st.sampled_from(sorted(tree)))
    match draw(st.integers(0, 7)):
        case 0:
            return {name: value for name, value in tree.items() if name != key}
        case 1:
            return {**tree, draw(TEXT): draw(values)}
    return {**tree, key: _replaced(draw, tree[key], values)}


def written(tree: Any) -> str:
    """`tree` as a YAML file in which its plain values stand unquoted where YAML can."""
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    if isinstance(tree, int) and not isinstance(tree, bool):
        return hex(tree)
    return json.dumps(tree)
