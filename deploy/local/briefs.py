"""The user's brief and content type, read and checked before anything is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.installation import PROJECT_ROOT
from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.yaml12 import read_model, read_yaml, text_of

DEFAULT_TYPE = "narrated_video"
CONTENT_TYPES = PROJECT_ROOT / "dags" / "content_types"


@dataclass(frozen=True)
class BriefFile:
    """A brief, the fields that its file sets, which become the run's conf, and the content type that makes it."""

    brief: Brief
    conf: dict[str, Any]
    content_type: str


def read_brief(path: Path, content_type: str = DEFAULT_TYPE) -> BriefFile:
    """The brief in `path`, for `content_type`.

    :raises BadRequest: no such content type or file, not text, or one line per mistake with file and line.
    """
    names = sorted(path.stem for path in CONTENT_TYPES.glob("*.yaml"))
    if content_type not in names:
        raise BadRequest(f"there is no content type `{content_type}`; allowed: {', '.join(names)}")
    document = read_yaml(text_of(path, str(path)), str(path))
    return BriefFile(read_model(Brief, document), document.value, content_type)
