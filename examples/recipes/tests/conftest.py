"""The fixtures `s3` and `desk`."""

from __future__ import annotations

pytest_plugins = ("atelier.testing.fixtures",)
