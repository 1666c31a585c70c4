from __future__ import annotations

import re
from pathlib import Path

import pytest

from include.contract.errors import BadRequest
from operators.configuration import (
    CONTENT_TYPES,
    content_type_file,
    content_type_in,
    deployment_in,
    document_in,
    mistakes_here,
    registered_everywhere,
    registry,
    shown,
)
from operators.engines import PROJECT_ROOT

TYPE = """name: {name}
title: Scripts
description: Scripts.
stages:
  text: {{recipe: script.narrated, model: {model}, profile: {profile}}}
"""


def test_all_that_does_not_fit_the_installation_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text(TYPE.format(name="other", model="builtin/nothing", profile="gpu-9000"))
    with pytest.raises(BadRequest) as refused:
        content_type_in(path, deployment_in("include/deployments/local.yaml"))
    assert [row.split(": ")[1] for row in str(refused.value).splitlines()] == [
        "`name`",
        "`stages.text.profile`",
        "`stages.text.model`",
    ]


@pytest.mark.parametrize("folder", ["", ", publish_folder: /srv/share"])
def test_pieces_are_put_in_a_folder_only_where_the_deployment_names_one(tmp_path: Path, folder: str) -> None:
    text = (PROJECT_ROOT / "dags" / "content_types" / "product_cards.yaml").read_text()
    (tmp_path / "product_cards.yaml").write_text(f"{text}  archive: {{recipe: publish.folder}}\n")
    local = (PROJECT_ROOT / "include" / "deployments" / "local.yaml").read_text()
    settings = f"process: {{python: python, scratch: scratch, cache: cache{folder}}}\nfiles: "
    (tmp_path / "local.yaml").write_text(re.sub(r"process:\n(  .*\n)+files: ", settings, local))
    deployment = deployment_in(str(tmp_path / "local.yaml"))
    if folder:
        assert content_type_in(tmp_path / "product_cards.yaml", deployment).place_of("archive") == (
            "product_cards-archive"
        )
    else:
        with pytest.raises(BadRequest, match=r"`stages.archive.recipe`: publishes to a folder, but the deployment"):
            content_type_in(tmp_path / "product_cards.yaml", deployment)


def test_a_stage_may_name_a_registered_model_of_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "scripts.yaml"
    path.write_text(TYPE.format(name="scripts", model="builtin/smollm2-135m", profile="cpu-small"))
    found = content_type_in(path, deployment_in("include/deployments/local.yaml"))
    assert registered_everywhere().identity(str(next(iter(found.stages.values())).model)).name == "builtin/smollm2-135m"


MODELS = """other/words:
  kind: text
  revision: "1"
  licence: MIT
  files:
    weights: {{folder: /srv/models, path: words.gguf, sha256: {sha256}}}
"""


def deployment_with(tmp_path: Path, models: str) -> str:
    (tmp_path / "more.yaml").write_text(models)
    local = (PROJECT_ROOT / "include" / "deployments" / "local.yaml").read_text()
    (tmp_path / "local.yaml").write_text(f"models: [{tmp_path / 'more.yaml'}]\n{local}")
    return str(tmp_path / "local.yaml")


def test_a_stage_may_name_a_model_that_the_deployment_registers(tmp_path: Path) -> None:
    deployment = deployment_in(deployment_with(tmp_path, MODELS.format(sha256="ab" * 32)))
    path = tmp_path / "scripts.yaml"
    path.write_text(TYPE.format(name="scripts", model="other/words", profile="cpu-small"))
    assert content_type_in(path, deployment).stages["text"].model == "other/words"
    assert "other/words" in registry(deployment).root
    assert "other/words" not in registered_everywhere().root


@pytest.mark.parametrize(
    ("models", "told"),
    [
        (MODELS.format(sha256="many"), r"more.yaml, line 6: `other/words.files.weights.sha256`: has the wrong form"),
        (MODELS.format(sha256="ab" * 32).replace("other/words", "builtin/cards"), "`builtin/cards` is registered alr"),
        (MODELS.replace("folder: /srv/models, ", "").format(sha256="ab" * 32), r"exactly one of `package`, `debian`"),
        (MODELS.replace("/srv/models", "models").format(sha256="ab" * 32), r"`folder` is relative \(found 'models'\)"),
        (
            MODELS.replace("folder: /srv/models", "s3: Bucket").format(sha256="ab" * 32),
            r"weights.s3`: has the wrong form",
        ),
    ],
)
def test_a_wrong_file_of_models_is_told(tmp_path: Path, models: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        registry(deployment_in(deployment_with(tmp_path, models)))


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ("0 6 * * mon-fri", []),
        ("0 25 * * *", ["its hour is wrong (found '25'); allowed: 0 to 23, `*`, and lists, ranges"]),
        ("61 6 0 13 8", ["its minute", "its day of the month", "its month", "its day of the week"]),
        ("*/0 6 * * *", ["its minute is wrong (found '*/0')"]),
        (
            "0 6 31 2,4 *",
            ["never comes: none of its months has that day of the month (found '31' and '2,4')"],
        ),
    ],
)
def test_each_part_of_a_schedule_that_cannot_be_is_named(tmp_path: Path, schedule: str, told: list[str]) -> None:
    path = tmp_path / "scripts.yaml"
    lines = f"schedule: {schedule!r}\nstart_date: 2026-01-01\n"
    path.write_text(TYPE.format(name="scripts", model="builtin/smollm2-135m", profile="cpu-small") + lines)
    found = mistakes_here(document_in(path), path, None)
    assert [mistake.path for mistake in found] == [("schedule",)] * len(told)
    assert [mistake.words[: len(words)] for mistake, words in zip(found, told, strict=True)] == told


def test_a_content_type_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(
        BadRequest, match="`narated_video`; did you mean `narrated_video`\\? allowed: narrated_video, ill"
    ):
        content_type_file("narated_video")


@pytest.mark.parametrize("path", sorted(CONTENT_TYPES.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_a_shipped_content_type_says_of_itself_is_for_readers(path: Path) -> None:
    described = str(document_in(path).value["description"]).lower()
    ours = {"brief", "stage", "recipe", "script", "cut", "dag", "run", "row", "calendar", "markdown", "web", "becomes"}
    assert not ours & set(re.findall(r"[a-z]+", described))


def test_a_file_of_the_project_is_named_from_its_root(tmp_path: Path) -> None:
    assert shown(Path(__file__)) == "tests/operators/test_configuration.py"
    assert shown(tmp_path / "my.yaml") == "my.yaml"
