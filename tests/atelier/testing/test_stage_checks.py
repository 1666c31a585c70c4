"""A stage that breaks a promise is found, and told what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from atelier.testing import S3, Sample, check_stage
from include.contract.registry import recipes
from tests.atelier.testing.flawed import STAGES, recipe_with
from tests.distributions import install

ROOT = Path(__file__).resolve().parents[3]
RECIPES = """
    from dataclasses import replace

    from tests.atelier.testing.flawed import recipe_with

    HEARING, DEAF = (
        replace(recipe_with("Sound"), name=f"outside.{name}", stage=f"outside_stages.{name}:Mine")
        for name in ("hearing", "deaf")
    )
"""
HEARING = """
    from tests.atelier.testing.flawed import Sound


    class Mine(Sound):
        pass
"""
DEAF = """
    import signal

    from tests.atelier.testing.flawed import Sound

    signal.signal(signal.SIGTERM, signal.SIG_DFL)


    class Mine(Sound):
        pass
"""
ENTRY_POINTS = """
    [atelier.recipes]
    outside.hearing = outside_stages.recipes:HEARING
    outside.deaf = outside_stages.recipes:DEAF
"""
PROGRAM = """
import sys
from importlib import import_module
from pathlib import Path
from atelier.testing import S3, Sample, check_stage
_, stage, endpoint, bucket, folder = sys.argv
samples = [Sample({"image": "bees"}), Sample({"image": "tea"})]
check_stage(import_module(stage).Mine, *samples, s3=S3(endpoint, bucket), folder=Path(folder))
"""
SAMPLES = (Sample({"image": "bees"}), Sample({"image": "tea"}))


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ("OfAnotherName", "output `picture` is not declared by `flawed.ofanothername`; declared: image"),
        ("OfAnotherType", "output `image` is image/jpeg; declared: image/png"),
        ("Nothing", "declares output `image`, but an item does not have it"),
        ("Empty", "left output `image` empty"),
        ("Counting", "made alone and in one batch with the others, has other bytes in `image`"),
        ("Sharing", "made alone and beside the others, each by a thread, has other bytes in `image`"),
        ("Shorter", "gave 1 results for 2 items"),
        ("Raising", "raised CorruptInput for a batch with broken items"),
        ("Careless", "made files of a broken item (input image); check each input, and refuse broken ones"),
        ("Hasty", "says DeviceLost of a broken item (input image), after which all is tried again"),
        ("Silent", "refuses a broken item (input image) but does not name it: no good"),
    ],
)
def test_a_broken_promise_is_named(
    stage: str, told: str, s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_with(stage)
    monkeypatch.setitem(recipes(), recipe.name, recipe)
    with pytest.raises(AssertionError) as found:
        check_stage(STAGES[stage], *SAMPLES, s3=s3, folder=tmp_path)  # type: ignore[arg-type]
    assert told in str(found.value)


@pytest.mark.parametrize(
    ("name", "told"), [("hearing", ""), ("deaf", "asked to stop, the process ended with -15 and said None")]
)
def test_a_stage_that_is_asked_to_stop_keeps_what_is_made(name: str, told: str, s3: S3, tmp_path: Path) -> None:
    files = {"__init__.py": "", "recipes.py": RECIPES, "hearing.py": HEARING, "deaf.py": DEAF}
    site = install(tmp_path / "site", "outside-stages", files=files, entry_points=ENTRY_POINTS)
    (folder := tmp_path / "work").mkdir()
    arguments = [f"outside_stages.{name}", s3.endpoint, s3.bucket, str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{site}", **s3.environment()},
        capture_output=True,
        text=True,
    )
    assert (done.returncode == 0) is (not told), done.stderr
    assert told in done.stderr
