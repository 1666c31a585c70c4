from __future__ import annotations

import operators


def test_every_public_name_is_there() -> None:
    for name in operators.__all__:
        assert getattr(operators, name).__name__ == name
