"""Where the parts of an installation are: the project's code, and a home for what is kept and what is made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from include.contract.deployments import Deployment
from operators.configuration import DEFAULT_DEPLOYMENT, DEPLOYMENT_ENV, deployment_in

PROJECT_ROOT = Path(__file__).resolve().parents[2]
HOME_ENV = "ATELIER_HOME"
"""A home other than the project root, for a separate installation. For tests and benchmarks."""


@dataclass(frozen=True)
class Installation:
    """One checkout, and the folders that its embedded parts use."""

    root: Path = PROJECT_ROOT
    home: Path = PROJECT_ROOT
    deployment_file: str = DEFAULT_DEPLOYMENT
    """A path from `root`, or an absolute one."""

    @classmethod
    def here(cls) -> Self:
        """The installation that this process belongs to."""
        home = Path(os.environ.get(HOME_ENV) or PROJECT_ROOT).resolve()
        return cls(home=home, deployment_file=os.environ.get(DEPLOYMENT_ENV) or DEFAULT_DEPLOYMENT)

    def environment(self) -> dict[str, str]:
        """Environment variables that make a child process part of this installation."""
        return {HOME_ENV: str(self.home), DEPLOYMENT_ENV: self.deployment_file}

    def deployment(self) -> Deployment:
        """The deployment that the embedded parts serve.

        :raises BadRequest: its file is wrong or missing.
        """
        return deployment_in(str(self.root / self.deployment_file), f"the deployment (${DEPLOYMENT_ENV})")

    @property
    def state(self) -> Path:
        """Everything that is kept between runs, separately for each deployment; git ignores it."""
        folder = self.home / ".atelier"
        return folder if self.deployment_file == DEFAULT_DEPLOYMENT else folder / Path(self.deployment_file).stem

    @property
    def logs(self) -> Path:
        """Logs of the embedded parts."""
        return self.state / "logs"

    @property
    def airflow_home(self) -> Path:
        """Airflow's configuration and task logs."""
        return self.state / "airflow"

    @property
    def store_data(self) -> Path:
        """The S3 server's volumes."""
        return self.state / "store"

    @property
    def out(self) -> Path:
        """Where people find what was made."""
        return self.home / "out"

    @property
    def airflow_bin(self) -> Path:
        """Programs of the Airflow environment."""
        return self.root / ".venv" / "airflow" / "bin"

    @property
    def stage_python(self) -> Path:
        """Interpreter of the stage environment."""
        return self.root / ".venv" / "stage" / "bin" / "python"

    def prepare(self) -> None:
        """Create the folders, closed to other users because they hold credentials."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.logs, self.airflow_home, self.store_data):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
