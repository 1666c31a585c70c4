"""What code from outside is tested with, and what comes with Atelier is tested with too.

    pytest_plugins = ("atelier.testing.fixtures",)  # in conftest.py: the fixtures `s3` and `desk`

    def test_the_recipe() -> None:
        check_recipe(HAIKU_POEM, fingerprint="…")

    def test_the_source(tmp_path: Path) -> None:
        (tmp_path / "moon.txt").write_text("2026-11-25 full moon")
        check_source(AlmanacSettings(almanac="moon.txt"), FolderAccess(tmp_path), SourceRun("r", day=DAY))

    def test_the_stage(s3: S3, tmp_path: Path) -> None:
        check_stage(HaikuStage, Sample(params={"topic": "Bees"}), s3=s3, folder=tmp_path)

`check_stage`, `check_publisher`, `check_store` and `Desk` need what stages run with; everything else does without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from atelier.testing.engine_checks import check_engine
from atelier.testing.imports import check_light
from atelier.testing.recipe_checks import check_recipe, identity_of
from atelier.testing.s3 import S3
from atelier.testing.samples import Sample
from atelier.testing.source_checks import FolderAccess, check_source

if TYPE_CHECKING:
    from atelier.testing.desk import Desk
    from atelier.testing.publisher_checks import check_publisher
    from atelier.testing.stage_checks import check_stage
    from include.store.checks import check_store

_WHEN_ASKED_FOR = {
    "Desk": "atelier.testing.desk",
    "check_publisher": "atelier.testing.publisher_checks",
    "check_stage": "atelier.testing.stage_checks",
    "check_store": "include.store.checks",
}

__all__ = [
    "S3",
    "Desk",
    "FolderAccess",
    "Sample",
    "check_engine",
    "check_light",
    "check_publisher",
    "check_recipe",
    "check_source",
    "check_stage",
    "check_store",
    "identity_of",
]


def __getattr__(name: str) -> Any:
    """What needs more than the contract does."""
    if name not in _WHEN_ASKED_FOR:
        raise AttributeError(f"module 'atelier.testing' has no attribute {name!r}")
    return getattr(import_module(_WHEN_ASKED_FOR[name]), name)
