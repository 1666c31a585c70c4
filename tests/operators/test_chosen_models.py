from __future__ import annotations

import json
from pathlib import Path

import pytest

from include.contract.content_types import StageSettings
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, ExitCode, UnknownModel
from include.contract.keys import model_name_key
from include.contract.model_cards import (
    CardFile,
    DiffusersSettings,
    ModelCard,
    ModelMemory,
    ModelReference,
    OpenaiSettings,
    read_reference,
)
from include.contract.registry import recipe_named
from include.contract.values import Determinism, StageKind
from include.store.models import Models
from include.store.store import Store
from operators.chosen_models import ChosenModel, chosen_models
from tests.operators.conftest import films

CARD = ModelCard(
    kind=StageKind.TEXT,
    settings=OpenaiSettings(address="https://models.example/v1", server_model="big"),
    licence="CC-BY-NC-4.0",
    commercial=False,
)
BIG = read_reference("acme/big@1")
SCRIPT = recipe_named("script.narrated")


def add(store: Store, reference: ModelReference, card: ModelCard) -> None:
    models = Models(store)
    models.keep(card)
    models.name(reference, card)


def chosen(deployment: Deployment, store: Store, model: str | None) -> ChosenModel:
    return ChosenModel.of(StageSettings(recipe=SCRIPT.name, model=model), SCRIPT, deployment, store)


def test_a_name_with_its_revision_is_asked_of_the_store(deployment: Deployment, store: Store) -> None:
    add(store, BIG, CARD)
    found = chosen(deployment, store, "acme/big@1")
    assert found.identity == BIG.identity(CARD)
    assert found.card == CARD
    assert found.determinism(SCRIPT) is Determinism.SEEDED


def test_any_other_name_is_of_the_registry_and_the_store_is_not_asked(deployment: Deployment, store: Store) -> None:
    built_in = chosen(deployment, store, None)
    assert (built_in.identity.name, built_in.card, built_in.registered) == (SCRIPT.model, None, None)
    assert built_in.determinism(SCRIPT) is SCRIPT.determinism


def test_a_model_that_the_deployment_registers_comes_with_its_entry(
    deployment: Deployment, store: Store, tmp_path: Path
) -> None:
    model = {"kind": "text", "revision": "1", "licence": "MIT", "files": {}}
    (tmp_path / "more.yaml").write_text(json.dumps({"other/writer": model}))
    deployment = deployment.model_copy(update={"models": (str(tmp_path / "more.yaml"),)})
    assert chosen(deployment, store, "other/writer").registered is not None


def test_a_model_that_may_not_be_used_commercially_is_refused_where_all_is(
    deployment: Deployment, store: Store
) -> None:
    add(store, BIG, CARD)
    commercial = deployment.model_copy(update={"commercial": True})
    with pytest.raises(BadRequest, match=r"acme/big@1 may not be used commercially \(licence CC-BY-NC-4.0\)"):
        chosen(commercial, store, "acme/big@1")
    assert chosen(commercial, store, None).identity.name == SCRIPT.model


def test_a_model_that_is_neither_allowed_nor_fits_is_told_both_each_on_a_line_of_its_own(
    deployment: Deployment, store: Store
) -> None:
    huge = CARD.model_copy(update={"memory": ModelMemory(weights_bytes=1 << 50)})
    add(store, BIG, huge)
    commercial = deployment.model_copy(update={"commercial": True})
    with pytest.raises(BadRequest) as refused:
        chosen_models(films(stages={"text": {"recipe": SCRIPT.name, "model": "acme/big@1"}}), commercial, store)
    told = str(refused.value).splitlines()
    assert [line.split("acme/big@1 ")[1][:12] for line in told] == ["may not be u", "does not fit"]
    assert all(line.startswith("stages.text.model: model acme/big@1 ") for line in told)


def test_a_name_that_was_altered_is_told_with_the_stage_before_anything_runs(
    deployment: Deployment, store: Store
) -> None:
    add(store, BIG, CARD)
    altered = CARD.model_copy(update={"commercial": True})
    store.put(model_name_key(BIG.name, BIG.revision), altered.model_dump_json().encode())
    stages = {"text": {"recipe": SCRIPT.name, "model": "acme/big@1"}}
    with pytest.raises(BadRequest, match=r"^stages\.text\.model: model acme/big@1: .* was altered by hand, .*remove"):
        chosen_models(films(stages=stages), deployment, store)


def test_all_stages_without_a_model_are_told_at_once(deployment: Deployment, store: Store) -> None:
    models = {"text": "acme/gone@1", "image": "acme/big@1"}
    recipes = {"text": "script.narrated", "image": "image.scene"}
    stages = {name: {"recipe": recipe, "model": models[name]} for name, recipe in recipes.items()}
    add(store, BIG, CARD)
    with pytest.raises(BadRequest) as caught:
        chosen_models(films(stages=stages), deployment, store)
    text, image = str(caught.value).splitlines()
    assert text.startswith("stages.text.model: model acme/gone@1 is not in s3://")
    assert "allowed: acme/big@1" in text
    assert image.startswith("stages.image.model: model acme/big@1 is of the kind `text` for `openai`; needed: `image`")


@pytest.mark.parametrize("recipe", ["script.narrated", "image.scene"])
def test_a_model_that_no_recipe_here_runs_is_told_for_good_with_those_that_would_do(
    deployment: Deployment, store: Store, recipe: str
) -> None:
    files = {"model_index.json": CardFile(sha256="a" * 64, bytes=7)}
    flux = CARD.model_copy(update={"kind": StageKind.IMAGE, "settings": DiffusersSettings(), "files": files})
    add(store, read_reference("acme/flux@1"), flux)
    add(store, BIG, CARD)
    named = recipe_named(recipe)
    settings = StageSettings(recipe=recipe, model="acme/flux@1")
    with pytest.raises(UnknownModel, match="acme/flux@1 is of the kind `image` for `diffusers`; needed: ") as raised:
        ChosenModel.of(settings, named, deployment, store)
    assert raised.value.exit_code is ExitCode.PERMANENT
    assert ("allowed: acme/big@1" in str(raised.value)) is (recipe == "script.narrated")


def test_a_name_that_leads_nowhere_is_an_unknown_model(deployment: Deployment, store: Store) -> None:
    with pytest.raises(UnknownModel, match="allowed: what `atelier models add` adds"):
        chosen(deployment, store, "acme/big@1")
