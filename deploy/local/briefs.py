"""The user's brief, read and checked before anything is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.contract.brief import Brief
from include.contract.errors import BadRequest
from include.contract.yaml12 import MAX_BYTES, read_model, read_yaml


@dataclass(frozen=True)
class BriefFile:
    """A brief and the fields that its file sets: those become the run's conf."""

    brief: Brief
    conf: dict[str, Any]


def read_brief(path: Path) -> BriefFile:
    """The brief in `path`.

    :raises BadRequest: no such file, not text, or one line per mistake with file and line.
    """
    document = read_yaml(_text(path), str(path))
    return BriefFile(read_model(Brief, document), document.value)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise BadRequest(f"{path}: there is no such file; say which with `make demo BRIEF=my.yaml`") from error
    except IsADirectoryError as error:
        raise BadRequest(f"{path}: is a folder; name the YAML file of one brief") from error
    except OSError as error:
        raise BadRequest(f"{path}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise BadRequest(f"{path}: has more than {MAX_BYTES} bytes; a brief is a short YAML file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadRequest(f"{path}, line {line}: is not UTF-8 text; a brief is a YAML file, see examples/") from error
