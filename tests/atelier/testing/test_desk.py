from __future__ import annotations

import pytest

from atelier import BadRequest, CorruptInput, ItemResult
from atelier.testing import Desk, Sample
from include.contract.registry import RECIPES, recipes
from tests.atelier.testing.flawed import Sound, recipe_with


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = recipe_with("Sound")
    monkeypatch.setitem(recipes(), recipe.name, recipe)


def test_a_stage_makes_samples_as_the_runner_would_have_it(desk: Desk) -> None:
    made, refused = desk.make(Sound, Sample({"image": "bees"}), Sample({"image": b"\xff"}))
    assert isinstance(made, ItemResult)
    assert made.outputs[0].path.read_text() == "BEES"
    assert isinstance(refused, CorruptInput)


def test_a_seed_follows_from_all_that_the_item_is(desk: Desk) -> None:
    recipe = recipe_with("Sound")
    samples = (Sample({"image": "a"}), Sample({"image": "b"}), Sample({"image": "a"}, variation=1))
    seeds = [desk.work(recipe, sample).seed(0) for sample in samples]
    assert len(set(seeds)) == 3
    assert desk.work(recipe, samples[0], "another").seed(0) == seeds[0]


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        (Sample(), r"a sample of `flawed.sound` needs an input `image`; it has \[\]"),
        (Sample({"image": "a", "sound": "b"}), "has no input `sound`; allowed: image"),
        (Sample({"image": "a"}, {"size": 2}), "size"),
    ],
)
def test_a_sample_that_the_recipe_could_never_get_is_refused(desk: Desk, sample: Sample, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        desk.make(Sound, sample)


def test_a_stage_without_a_recipe_says_what_is_missing(desk: Desk) -> None:
    class Unknown(Sound):
        pass

    with pytest.raises(BadRequest, match=r"no installed recipe has `stage=.*Unknown'`; name it there, and install"):
        desk.make(Unknown, Sample({"image": "a"}))


def test_a_stage_whose_recipe_is_refused_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unknown(Sound):
        pass

    monkeypatch.setattr(type(RECIPES), "refused", {"image.mine": "it comes with mine 1.0, which cannot be used: `x`"})
    with pytest.raises(BadRequest, match=r"recipe `image\.mine` is not among them: it comes with mine 1\.0.*`x`"):
        desk.make(Unknown, Sample({"image": "a"}))
