"""Models of one's own in pods: from the store, and on a server that wants a key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import ApiClient

from deploy.kubernetes.manifests import BASE, StoreAddress, apply, placed, read_objects
from deploy.local import weed
from deploy.local.credentials import credentials_of
from tests.airflow_home import ROOT
from tests.cluster.studio import Run, Studio
from tests.e2e.test_own_model import gguf
from tests.model_server.llama import KEY, running
from tests.model_server.proxy import Proxy, proxied

pytestmark = [pytest.mark.cluster, pytest.mark.long]
REFUSED = "nothing that the model wrote was fit to use"
"""What a stage says when so small a model found no words that stand."""
ALL_BUT_PROMPTS = {
    "language": "en",
    "script": {
        "title": "Bees",
        "description": "What a bee does all day.",
        "scenes": [{"narration": "A bee flies from flower to flower in the morning."}],
    },
}


def add(studio: Studio, name: str, *words: str) -> None:
    """With the command that people use."""
    installation, airflow = studio.airflow.installation, studio.airflow
    reaching = weed.client_variables(weed.endpoint_url(airflow.ports), credentials_of(installation))
    command = [sys.executable, "-m", "operators.cli", "--deployment", installation.deployment_file, "models", "add"]
    licence = ["--name", name, "--licence", "Apache-2.0", "--commercial", "yes"]
    env = {**os.environ, **reaching}
    done = subprocess.run([*command, *words, *licence], env=env, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def ended(run: Run) -> None:
    """With a text, or with the words that none stood: so small a model finds one in every second run."""
    if run.await_end(within_s=900) != "success":
        assert REFUSED in run.log("text"), run.why()


@pytest.fixture
def served(studio: Studio) -> Iterator[Proxy]:
    """A server where pods reach it, as they may by the component's policy, and the Secret with its key."""
    host = studio.cluster.host_address()
    with running(ROOT / ".venv" / "stage" / "bin" / "python") as server, proxied(server.port, host=host) as proxy:
        address, port = proxy.address.removesuffix("/v1"), int(proxy.address.rpartition(":")[2].partition("/")[0])
        component = read_objects(BASE.parent / "components" / "model-server")
        (policy,) = placed(component, studio.namespace, StoreAddress("127.0.0.1", 1))
        (rule,) = policy["spec"]["egress"]
        rule |= {"to": [{"ipBlock": {"cidr": f"{host}/32"}}], "ports": [{"protocol": "TCP", "port": port}]}
        held = {"ATELIER_MODEL_KEY": KEY, "ATELIER_MODEL_ADDRESS": address}
        named = {"name": "atelier-model", "namespace": studio.namespace}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": named, "stringData": held}
        assert apply(studio.cluster.client, [policy, secret]) == []
        yield proxy


def test_a_pod_writes_with_a_model_that_its_image_does_not_have(clean: Studio) -> None:
    add(clean, "acme/smollm2@1", str(gguf()), "--writes", "sentences")
    run = clean.run("own", {"id": "tea", "topic": "Tea", "scenes": 1})
    assert run.await_end(within_s=900) == "success", run.why()
    manifest = run.manifest("text")
    assert (str(manifest.model), manifest.counts.made) == ("acme/smollm2@1", 1)
    assert "downloading" in run.log("text")


def test_a_pod_writes_whole_pieces_with_the_libraries_of_its_image(clean: Studio) -> None:
    add(clean, "acme/smollm2@2", str(gguf()), "--backend", "transformers")
    run = clean.run("whole", {"id": "bees", **ALL_BUT_PROMPTS})
    ended(run)
    assert "acme/smollm2@2 is loaded after" in run.log("text")


def test_a_pod_reaches_the_server_that_has_its_model_and_its_key_is_seen_nowhere_else(
    clean: Studio, served: Proxy
) -> None:
    add(clean, "acme/served@1", "--address", served.address, "--server-model", "smollm2")
    run = clean.run("served", {"id": "bees", **ALL_BUT_PROMPTS})
    pod = run.await_pod("text")
    ended(run)
    assert served.questions
    assert {each.headers["authorization"] for each in served.questions} == {f"Bearer {KEY}"}
    seen: list[Any] = [ApiClient().sanitize_for_serialization(pod), run.log("text"), run.task("text").__dict__]
    folders = ("v1/requests/", "v1/runs/", "v1/items/", "v1/models/", "v1/blobs/")
    seen += [(clean.store.get(key) or b"").decode(errors="replace") for each in folders for key in clean.keys(each)]
    assert not [each for each in seen if KEY in json.dumps(each, default=str)]
