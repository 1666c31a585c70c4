"""The images as a node runs them: read-only, without a network, as a user without rights."""

from __future__ import annotations

import subprocess

import pytest
import yaml

from deploy.local.installation import PROJECT_ROOT
from include.contract.models import ModelRegistry

pytestmark = pytest.mark.compose
START_CPU_S = 1.5
HARDENED = (
    "--rm", "--interactive", "--read-only", "--network=none", "--user=10001:10001", "--cap-drop=ALL",
    "--security-opt=no-new-privileges", "--tmpfs=/scratch:uid=10001,gid=10001", "--tmpfs=/cache:uid=10001,gid=10001",
)  # fmt: skip
IMPORT_ALL = """
import importlib, pkgutil, include
from include.runtime.models.files import located, registry
for module in pkgutil.walk_packages(include.__path__, "include."):
    # Ray comes with the environment of a Ray cluster.
    if not module.name.endswith("__main__") and not module.name.startswith("include.runtime.ray."):
        importlib.import_module(module.name)
models = registry()
for name in models.root:
    located(models.identity(name), models)
import torch, transformers
print(len(models.root), "models")
"""


def _python(image: str, program: str) -> subprocess.CompletedProcess[str]:
    command = ["docker", "run", *HARDENED, image, "python", "-"]
    return subprocess.run(command, input=program, capture_output=True, text=True, check=False)


def test_the_stage_image_has_all_that_stages_import_and_every_model(built: None) -> None:
    done = _python("atelier-stage:local", IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    listed = ModelRegistry.model_validate(yaml.safe_load((PROJECT_ROOT / "include" / "models.yaml").read_text()))
    assert done.stdout == f"{len(listed.root)} models\n"


def test_a_stage_is_soon_ready_to_say_its_first_line(built: None) -> None:
    done = _python(
        "atelier-stage:local",
        "import include.runtime.session, resource\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print(used.ru_utime + used.ru_stime)",
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < START_CPU_S


def test_a_wrong_request_is_refused_by_the_exit_code_that_operators_read(built: None) -> None:
    command = ["docker", "run", *HARDENED, "atelier-stage:local", "python", "-m", "include.runtime", "run", "nonsense"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 65
    assert "`nonsense` is not a request" in done.stdout


@pytest.mark.parametrize("image", ["atelier-airflow:local", "atelier-worker:local"])
def test_airflow_does_not_find_torch(built: None, image: str) -> None:
    done = _python(
        image, "import airflow, operators.dags.assembly, plugins.atelier_airflow.atelier_plugin\nimport torch"
    )
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'torch'"


def test_the_stage_image_has_nothing_of_airflow_and_the_airflow_image_nothing_of_stages(built: None) -> None:
    find = "from importlib.util import find_spec; print([name for name in {} if find_spec(name)])"
    stage = _python("atelier-stage:local", find.format(["airflow", "operators", "dags", "plugins", "deploy"]))
    airflow = _python("atelier-airflow:local", find.format(["include.runtime"]))
    assert (stage.stdout, airflow.stdout) == ("[]\n", "[]\n"), stage.stderr + airflow.stderr


@pytest.mark.parametrize("image", ["atelier-stage:local", "atelier-airflow:local", "atelier-worker:local"])
def test_no_compiler_is_left_behind(built: None, image: str) -> None:
    done = _python(image, "import shutil; print([name for name in ('gcc', 'cc', 'make', 'uv') if shutil.which(name)])")
    assert done.stdout == "[]\n", done.stderr
