from __future__ import annotations

import pytest

from atelier.testing import S3, Sample
from atelier.testing.orders import ask_for, store_of
from include.contract.keys import blob_key, request_key
from include.contract.registry import recipe_named, recipes
from include.contract.requests import Execution, StageRequest
from include.runtime.lookup import resolve
from tests.atelier.testing.flawed import recipe_with


def test_a_request_names_each_sample_as_a_brief_of_its_own(s3: S3) -> None:
    store = store_of(s3)
    samples = [Sample(params={"topic": "Bees"}), Sample(params={"topic": "Tea"}, variation=2)]
    request = ask_for(recipe_named("script.narrated"), samples, store, Execution(batch_size=1))
    assert [(order.brief, order.params["topic"], order.variation) for order in request.orders] == [
        ("sample-1", "Bees", 0),
        ("sample-2", "Tea", 2),
    ]
    assert StageRequest.model_validate_json(store.get(request_key(request.sha256())) or b"") == request


def test_what_the_samples_have_lies_there_as_if_the_stages_above_had_made_it(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, store = recipe_with("Sound"), store_of(s3)
    monkeypatch.setitem(recipes(), recipe.name, recipe)
    request = ask_for(recipe, [Sample({"image": "bees"}), Sample({"image": "tea"})], store, Execution())
    wanted = resolve(request, store).wanted
    assert [each.item for each in wanted] == ["sample-1", "sample-2"]
    inputs = [artifact for each in wanted for artifact in each.inputs]
    assert [store.get(blob_key(each.sha256)) for each in inputs] == [b"bees", b"tea"]
    assert [each.name for each in inputs] == ["image", "image"]
