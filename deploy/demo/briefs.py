"""The user's brief and content type, read and checked before anything is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contract.brief import Brief
from include.contract.content_types import read_content_type
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.yaml12 import read_yaml, text_of
from operators.briefs.brief_files import entry_in_file
from operators.briefs.own_media import check_media
from operators.configuration import content_type_file, document_in

DEFAULT_TYPE = "narrated_video"


@dataclass(frozen=True)
class BriefFile:
    """A brief, the fields that its file sets, which become the run's conf, and the content type that makes it."""

    brief: Brief
    conf: dict[str, Any]
    content_type: str


def read_brief(path: Path, content_type: str = DEFAULT_TYPE, *, deployment: Deployment | None = None) -> BriefFile:
    """The brief in `path`, for `content_type`.

    :param deployment: whose files it may name; without one, the run looks for them.
    :raises BadRequest: no such content type or file, not text, or one line per mistake with file and line.
    """
    file = content_type_file(content_type)
    document = read_yaml(text_of(path, str(path)), str(path))

    def entry_of(brief: Brief) -> Entry:
        if deployment is not None:
            check_media(brief, deployment)
        return Entry(brief=brief)

    made_as = read_content_type(document_in(file))
    return BriefFile(entry_in_file(document, made_as, entry_of).brief, document.value, content_type)
