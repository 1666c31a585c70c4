"""`pip install my-engines` beside Atelier, and `engine: nice` works: stages run by a shell that steps back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import pytest

from atelier.testing import check_engine
from include.contract import installed
from include.contract.deployments import ENGINES, Deployment, read_deployment
from include.contract.engines import Engine
from include.contract.errors import BadRequest
from operators.engines.selection import engine_of, operator_arguments
from tests.distributions import install
from tests.operators.conftest import Run, deployment, store  # noqa: F401 - fixtures

NICE = '''
    """An engine from outside: what it is, without how."""

    from __future__ import annotations

    from typing import Annotated

    from pydantic import Field

    from atelier import Closed
    from atelier.engines import EngineType


    class NiceSettings(Closed):
        """Of the engine."""

        python: str
        niceness: Annotated[int, Field(ge=1, le=19)] = 10


    NICE = EngineType(NiceSettings, begin="my_engines.nice:begin")
'''
ENGINE = '''
    """How it runs a stage."""

    from __future__ import annotations

    import logging
    import os
    import signal
    import subprocess
    import tempfile
    from pathlib import Path
    from threading import Timer

    from atelier.engines import COMMAND, Failure, Job, RunOutcome, TaskTry, failure_after, stage_variables

    log = logging.getLogger("nice")


    class NiceEngine:
        """A child of a shell that steps back."""

        def __init__(self, settings) -> None:
            self.settings, self.child, self.is_stopped = settings, None, False

        def run(self, job: Job) -> RunOutcome:
            with tempfile.TemporaryDirectory() as folder:
                work, said = Path(folder, "work"), Path(folder, "said")
                work.mkdir()
                stage = [self.settings.python, *COMMAND, job.request_uri]
                variables = {"PATH": os.environ["PATH"], **stage_variables(job, work, work, said)}
                shell = ["sh", "-c", 'exec nice -n "$0" "$@"', str(self.settings.niceness), *stage]
                self.job = job
                with subprocess.Popen(
                    shell, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    start_new_session=True,
                ) as self.child:
                    lines = [line.rstrip() for line in self.child.stdout if log.info("%s", line.rstrip()) or True]
                message = said.read_text() if said.exists() else ""
            return failure_after(self.child.returncode, message, "\\n".join(lines), stopped=self.is_stopped)

        def resume(self, job: Job, event) -> RunOutcome:
            raise AssertionError("it never suspends")

        def stop(self) -> None:
            self.is_stopped = True
            os.killpg(self.child.pid, signal.SIGTERM)
            Timer(self.job.grace_s, self._kill).start()

        def _kill(self) -> None:
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

        def abandon(self) -> None:
            pass


    def begin(settings, task: TaskTry) -> NiceEngine:
        return NiceEngine(settings)
'''
ENTRY_POINTS = """
    [atelier.engines]
    nice = my_engines:NICE
"""
DEPLOYMENT = """\
engine: nice
store: {{bucket: atelier}}
nice:
  python: {python}
  niceness: {niceness}
profiles:
  cpu-small: {{cpu: 1, memory_mib: 512}}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs a distribution, of which nothing is left afterwards."""

    def forget() -> None:
        installed.forget_all()
        for name in [name for name in sys.modules if name.partition(".")[0] == "my_engines"]:
            del sys.modules[name]
        invalidate_caches()

    def put(init: str = NICE, entry_points: str = ENTRY_POINTS) -> None:
        install(tmp_path / "site", "my-engines", "2.0", {"__init__.py": init, "nice.py": ENGINE}, entry_points)
        monkeypatch.syspath_prepend(tmp_path / "site")
        forget()

    yield put
    monkeypatch.undo()
    forget()


def told(niceness: Any = 7, python: str = "python") -> Deployment:
    return read_deployment(DEPLOYMENT.format(python=python, niceness=niceness), "deployment.yaml")


def test_its_settings_are_read_by_its_own_class_with_file_and_line(place: Callable[..., None]) -> None:
    place()
    found = told()
    assert isinstance(found, Deployment)
    assert found.engine_settings.model_dump() == {"python": "python", "niceness": 7}
    with pytest.raises(BadRequest, match=r"deployment.yaml, line 5: `nice.niceness`: .*\(found 99\)"):
        told(99)
    assert "execution_timeout" in operator_arguments(found, found.profile("cpu-small"), 60)


def test_it_keeps_what_every_engine_does(place: Callable[..., None], tmp_path: Path) -> None:
    place()

    def begin(script: str, is_made: Callable[[int], bool]) -> Engine:
        path = tmp_path / "stage"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return engine_of(told(python=str(path)), task=None)  # type: ignore[arg-type]

    check_engine(begin)


def test_a_stage_runs_by_it(place: Callable[..., None], deployment: Deployment) -> None:  # noqa: F811
    place()
    python = deployment.process.python if deployment.process else ""
    run = Run(told(python=python).model_copy(update={"store": deployment.store}))
    run.brief({"topic": "Why honey bees matter"})
    assert run.text()["counts"]["made"] == 1


def test_one_that_breaks_is_told_with_its_distribution_where_it_is_named_and_only_there(
    place: Callable[..., None],
) -> None:
    place("import no_such_sdk")
    with pytest.raises(BadRequest, match=r"line 1: `engine`: .*my-engines 2.0.*no_such_sdk"):
        told()
    assert "process" in ENGINES.all()


def test_one_that_cannot_begin_is_told_with_its_distribution(place: Callable[..., None]) -> None:
    place(NICE.replace("my_engines.nice:begin", "my_engines.nice:start"))
    with pytest.raises(BadRequest, match=r"engine `nice` comes with my-engines 2.0.*`my_engines.nice` has no `start`"):
        engine_of(told(), task=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["process", "store", "model_copy", "Nice"])
def test_a_name_that_is_taken_is_refused(place: Callable[..., None], name: str) -> None:
    place(entry_points=ENTRY_POINTS.replace("nice =", f"{name} ="))
    assert ENGINES.distribution_of(name) is None
    assert set(ENGINES.all()) == {"process", "kubernetes", "ray"}
