"""Files that briefs and content types name: below the deployment's folder, or in the store."""

from __future__ import annotations

from pathlib import Path

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest
from operators.engines import PROJECT_ROOT

S3 = "s3://"
ALLOWED = f"allowed: {S3}bucket/key, or a file below the deployment's `files` folder"


def file_below(name: str, deployment: Deployment, what: str) -> Path:
    """The file that `name` means in the deployment's `files` folder; `what` names it, for messages.

    :raises BadRequest: there is no such folder, or no such file in it.
    """
    if deployment.files is None:
        raise BadRequest(f"{what}: `{name}` is a path, and this deployment has no `files` folder; {ALLOWED}")
    folder = (PROJECT_ROOT / deployment.files).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise BadRequest(f"{what}: `{name}` is not a file below {_shown(folder)}; {ALLOWED}")
    return path


def _shown(folder: Path) -> str:
    return str(folder.relative_to(PROJECT_ROOT)) if folder.is_relative_to(PROJECT_ROOT) else folder.name
