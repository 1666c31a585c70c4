"""A stage of a recipe that a distribution brings, in images that have it, lack it, or have another."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.failures import read_failure
from include.contract.installed import Distribution, pointed_at
from include.contract.keys import request_key
from include.contract.manifests import RunRef
from include.contract.models import read_registry
from include.contract.recipe import Recipe
from include.contract.registry import recipes
from include.contract.requests import Execution, StageRequest, order_of, stage_identity
from tests.distributions import FILES, MODELS, NAME, RECIPES, STAGE, VERSION, install, python_with
from tests.include.runtime.desk import Desk

ROOT = Path(__file__).resolve().parents[3]
BEES = Brief(topic="Bees")


@pytest.fixture
def haiku(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The recipe, on the side that asks for it."""
    monkeypatch.syspath_prepend(str(install(tmp_path / "asking")))
    for name in [name for name in sys.modules if name.partition(".")[0] == "my_recipes"]:
        monkeypatch.delitem(sys.modules, name)
    recipe = pointed_at("my_recipes.recipes:HAIKU_POEM")
    assert isinstance(recipe, Recipe)
    monkeypatch.setitem(recipes(), recipe.name, recipe)
    return recipe


@pytest.fixture
def request_of_poem(haiku: Recipe) -> StageRequest:
    model = read_registry(dedent(MODELS), "models.yaml").identity("haiku/rules")
    orders = (order_of("text", haiku, BEES, {"season": "autumn"}),)
    return StageRequest(
        kind=haiku.kind,
        recipe=haiku.name,
        revision=haiku.revision,
        model=model,
        stage_fingerprint=stage_identity(haiku, model, orders, ())[1],
        run=RunRef(dag_id="poems", run_id="r", task_id="text"),
        orders=orders,
        execution=Execution(distribution=Distribution(name=NAME, version=VERSION)),
    )


def run_in_image(desk: Desk, s3: S3, folder: Path, request: StageRequest, site: Path) -> tuple[int, str]:
    """Exit code, and the message that the process leaves."""
    log = folder / "termination-log"
    desk.store.put_if_absent(request_key(request.sha256()), request.body())
    command = ("-m", "include.runtime", "run", desk.store.domain.uri(request_key(request.sha256())))
    told = {"ATELIER_TERMINATION_LOG": str(log), "ATELIER_SCRATCH": str(folder), **s3.environment()}
    done = python_with(site, *command, **told)
    failure = read_failure(log.read_text()) if done.returncode else None
    assert bool(failure) == bool(done.returncode), done.stdout
    return done.returncode, failure.message if failure else ""


def test_an_image_that_has_the_distribution_makes_the_item(
    desk: Desk, s3: S3, tmp_path: Path, request_of_poem: StageRequest
) -> None:
    assert run_in_image(desk, s3, tmp_path, request_of_poem, install(tmp_path / "image")) == (0, "")
    (line,) = desk.lines(request_of_poem)
    (poem,) = line.outputs
    stored = desk.store.blob(poem.sha256)
    assert stored == b"Bees\nautumn\nthe end"


def test_an_image_that_lacks_it_exits_65_and_says_what_it_comes_with(
    desk: Desk, s3: S3, tmp_path: Path, request_of_poem: StageRequest
) -> None:
    code, told = run_in_image(desk, s3, tmp_path, request_of_poem, tmp_path / "nothing")
    assert code == 65
    assert told == (
        "recipe `haiku.poem` comes with my-recipes 1.2, which this image does not have; install it in the image "
        "that stages run in, as in Airflow's"
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"stage.py": "import poetry_of_ours\n"},
            "the stage of `haiku.poem`, which comes with my-recipes 1.3, cannot be used in this image: "
            "my_recipes/stage.py, line 1: ModuleNotFoundError: No module named 'poetry_of_ours'",
        ),
        (
            {"stage.py": "HaikuStage = str\n"},
            "`my_recipes.stage:HaikuStage`: is not a `Stage`; derive it from that class",
        ),
        (
            {"recipes.py": "import poetry_of_ours\n"},
            "recipe `haiku.poem` is not known: it comes with my-recipes 1.3, which cannot be used: "
            "my_recipes/recipes.py, line 1: ModuleNotFoundError: No module named 'poetry_of_ours'; allowed: ",
        ),
        (
            {"recipes.py": RECIPES.replace("revision=1", "revision=2")},
            "asks for `haiku.poem` as (contract, kind, revision) (1, text, 1), this runtime has (1, text, 2)",
        ),
        (
            {
                "recipes.py": RECIPES.replace(
                    '"autumn"] = "spring"', '"autumn"] = "spring"\n        is_odd: bool = False'
                )
            },
            "names the stage fingerprint",
        ),
        ({"models.yaml": MODELS.replace("'1'", "'2'")}, "haiku/rules"),
    ],
)
def test_an_image_that_has_another_one_exits_65_and_says_what_differs(
    desk: Desk, s3: S3, tmp_path: Path, request_of_poem: StageRequest, files: dict[str, str], told: str
) -> None:
    image = install(tmp_path / "image", version="1.3", files={**FILES, "stage.py": STAGE, **files})
    code, message = run_in_image(desk, s3, tmp_path, request_of_poem, image)
    assert code == 65
    assert told in message
