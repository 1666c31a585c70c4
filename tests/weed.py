"""The real S3 server of the tests, which is the one that authors of recipes test with."""

from __future__ import annotations

from atelier.testing.s3 import S3, running

__all__ = ["S3", "running"]
