from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.kubernetes.cluster import Cluster
from deploy.local.installation import Installation
from include.contract.yaml12 import read_yaml
from tests import airflow_home  # noqa: F401 - before anything imports Airflow
from tests.cluster.airflow import Airflow, until
from tests.cluster.image import tests_image
from tests.cluster.studio import Studio

LOADER = """
from pathlib import Path

from airflow.sdk import get_parsing_context

from operators.dags.loading import load_dags

import_errors = {}
for folder in sorted(Path(__file__).parent.glob("content_*")):
    loaded = load_dags(folder, str(folder / "deployment"), wanted=get_parsing_context().dag_id)
    globals().update(loaded.dags)
    import_errors.update(loaded.import_errors)
"""
THOUSAND = """
from pathlib import Path

from airflow.sdk import DAG

from include.contract.content_types import read_content_type
from include.contract.deployments import read_deployment
from include.contract.registry import recipe_named
from include.contract.requests import stage_identity
from include.contract.yaml12 import read_yaml
from operators.briefs.operator import BriefOperator
from operators.stages.kinds import TextOperator

folder = Path(__file__).parent / "content_deferrable"
deployment = read_deployment((folder / "deployment").read_text(), "deployment")
words = read_content_type(read_yaml((folder / "words.yaml").read_text(), "words.yaml"))


class Thousand(TextOperator):
    def _request(self, *arguments, **named):
        request = super()._request(*arguments, **named)
        (order,) = request.orders
        orders = tuple(order.model_copy(update={"brief": f"many-{n}", "variation": n}) for n in range(1000))
        _, fingerprint = stage_identity(recipe_named(request.recipe), request.model, orders, request.upstreams)
        return request.model_copy(update={"orders": orders, "stage_fingerprint": fingerprint})


with DAG("thousand", schedule=None):
    BriefOperator(defaults=words.brief, deployment=deployment) >> Thousand(
        task_id="text",
        recipe="script.narrated",
        profile="cpu-medium",
        deployment=deployment,
        retries=2,
        retry_delay=1.0,
        timeout_s=900,
    )
"""
"""A stage of a thousand items, which no content type asks for yet."""
WORDS = """
name: words{suffix}
title: Words for tests
description: The shortest stage there is.
brief: {{language: en, aspect: "1:1"}}
max_active_runs: 64
stages:
  text: {{recipe: script.narrated, profile: cpu-small, retry_delay_s: 1}}
"""
MODES = {"deferrable": "deferrable: true\n  sync_wait_s: 0", "sync": "deferrable: false"}
"""The two ways to wait for a pod, as a deployment says it."""
DEPLOYMENT = """
engine: kubernetes
store: {{bucket: atelier, connection_id: atelier_store}}
kubernetes:
  namespace: {namespace}
  image: {image}
  schedule_timeout_s: 90
  startup_timeout_s: 60
  hold_event_s: 3
  model_secret: atelier-model
  {mode}
profiles:
  cpu-small: {{cpu: 0.05, memory_mib: 1024}}
  cpu-medium: {{cpu: 0.05, memory_mib: 2048}}
  cpu-large: {{cpu: 0.05, memory_mib: 4096}}
  little: {{cpu: 0.05, memory_mib: 512, memory_max_mib: 2048}}
  gpu: {{cpu: 0.7, memory_mib: 1024, gpus: 1, pool: gpu}}
  nowhere: {{cpu: 0.05, memory_mib: 1024, node_selector: {{no-such-label: "yes"}}}}
  no-image: {{cpu: 0.05, memory_mib: 1024, image: "no-such-image:1"}}
  team-a: {{cpu: 0.4, memory_mib: 1024, gpus: 1, pool: gpu, queue: team-a, priority_class: atelier-batch}}
  team-b: {{cpu: 0.4, memory_mib: 1024, gpus: 1, pool: gpu, queue: team-b, priority_class: atelier-batch}}
  urgent: {{cpu: 0.4, memory_mib: 1024, gpus: 1, pool: gpu, queue: team-b, priority_class: atelier-urgent}}
  fat: {{cpu: 0.05, memory_mib: 1024, gpus: 4}}
"""
OWN = """
name: {name}
title: Notes for tests
description: What a model that was added writes.
brief: {{language: en}}
stages:
  text: {{recipe: script.narrated, model: "{model}", profile: cpu-large, retry_delay_s: 1}}
"""
OWN_MODELS = {"own": "acme/smollm2@1", "whole": "acme/smollm2@2", "served": "acme/served@1"}
"""Which the tests add."""
FILM = """
name: {name}
title: A film for tests
description: Small, so that it is made soon.
brief: {{language: en, aspect: "1:1"}}
max_active_runs: 16
stages:
  text: {{recipe: script.narrated, profile: cpu-medium, retry_delay_s: 1}}
  image: {{recipe: image.scene, profile: {profile}, retry_delay_s: 1, retries: 1, params: {{short_side_px: 240}}}}
  speech: {{recipe: speech.narration, profile: cpu-small, retry_delay_s: 1}}
  clip: {{recipe: clip.still, profile: cpu-medium, retry_delay_s: 1, params: {{short_side_px: 240, fps: 12}}}}
  video: {{recipe: video.narrated, profile: cpu-medium, retry_delay_s: 1}}
"""
PICTURES = """
name: {name}
title: Pictures for tests
description: Nothing but pictures.
brief: {{language: en, aspect: "1:1"}}
max_active_runs: 64
stages:
  text: {{recipe: script.narrated, profile: cpu-medium, retry_delay_s: 1}}
  image: {{recipe: image.scene, profile: {profile}, retry_delay_s: 1, retries: 1, params: {{short_side_px: 240}}}}
"""


@pytest.fixture(scope="session")
def studio(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Airflow, S3 and a namespace, up for the session."""
    from kubernetes.client import CoreV1Api

    core = CoreV1Api(cluster.client)
    namespace = f"atelier-test-{uuid.uuid4().hex[:8]}"
    home = tmp_path_factory.mktemp("studio")
    image = tests_image(core)
    _write_dags(home / "dags", namespace, image)
    (home / "dags" / "content.py").write_text(LOADER)
    (home / "dags" / "thousand.py").write_text(THOUSAND)
    installation = Installation(home=home, deployment_file=str(home / "dags" / "content_deferrable" / "deployment"))
    airflow = Airflow.prepared(installation, str(home / "dags"))
    try:
        airflow.start_all()
        with Studio.open(airflow, cluster) as studio:
            until(lambda: studio.api.parsed_at("film_sync"), 90, "the DAGs are read")
            studio.api.make_pool("gpu", 16)
            yield studio
    finally:
        airflow.end()
        core.delete_namespace(namespace)


@pytest.fixture
def clean(studio: Studio) -> Iterator[Studio]:
    """The session's studio; afterwards no pod of a test may be left."""
    yield studio
    studio.await_no_pods()


@pytest.fixture(params=MODES)
def film(request: pytest.FixtureRequest) -> Any:
    """The content type `film` where tasks wait in a worker, and where they wait in the triggerer."""
    return "film" if request.param == "deferrable" else "film_sync"


def _write_dags(folder: Path, namespace: str, image: str) -> None:
    for mode, setting in MODES.items():
        types = folder / f"content_{mode}"
        types.mkdir(parents=True)
        text = DEPLOYMENT.format(namespace=namespace, image=image, mode=setting)
        read_yaml(text, "deployment")
        (types / "deployment").write_text(text)
        suffix = "" if mode == "deferrable" else "_sync"
        (types / f"film{suffix}.yaml").write_text(FILM.format(name=f"film{suffix}", profile="cpu-medium"))
        (types / f"words{suffix}.yaml").write_text(WORDS.format(suffix=suffix))
        for profile in ("little", "gpu", "nowhere", "no-image", "fat", "cpu-small", "team-a", "team-b", "urgent"):
            name = f"{profile.replace('-', '_')}{suffix}"
            (types / f"{name}.yaml").write_text(PICTURES.format(name=name, profile=profile))
    for name, model in OWN_MODELS.items():
        (folder / "content_deferrable" / f"{name}.yaml").write_text(OWN.format(name=name, model=model))
