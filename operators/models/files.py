"""Which files of a folder belong to a model, and which are always refused: code, and what may contain code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

SAFETENSORS, GGUF, JSON, OPENVINO_NET, OPENVINO_WEIGHTS = ".safetensors", ".gguf", ".json", ".xml", ".bin"
ALLOWED = (SAFETENSORS, GGUF, JSON, ".txt", ".jinja", ".model", ".tiktoken", OPENVINO_NET)
HEAD_BYTES = 4096
"""How much of a file is read to recognise a pickle."""
_ADAPTER = "adapter_config.json"
_CODE = (".py", ".pyc", ".pyi", ".pyx", ".so", ".dll", ".dylib", ".sh", ".ipynb")
_PICKLES = (OPENVINO_WEIGHTS, ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz")
_FOR_PEOPLE = ("readme*", "license*", "licence*", "notice*", "use_policy*", "*.md", "*.pdf")
_PICTURES = ("*.png", "*.jpg", "*.jpeg", "*.gif", "*.svg", "*.webp")
_PICKLE, _ZIP = b"\x80", b"PK\x03\x04"
_PICKLED = "is a pickle, or may be one, which runs code when it is loaded; give the weights as safetensors, and "


@dataclass(frozen=True)
class Chosen:
    """The files of a folder, chosen from."""

    sizes: Mapping[str, int]
    """Bytes of each file of the model."""
    left_out: tuple[str, ...]
    """Files that are for people, or were not asked for."""


def chosen(sizes: Mapping[str, int], only: Collection[str] = (), without: Collection[str] = ()) -> Chosen:
    """The files that match one of the patterns `only` (all if there are none), and none of `without`."""
    taken = {
        path: size
        for path, size in sizes.items()
        if _matches(path, only or ("*",)) and not _matches(path, without) and not _is_for_people(path)
    }
    return Chosen(taken, tuple(path for path in sizes if path not in taken))


def refused_by_name(path: str, paths: Collection[str]) -> str:
    """Why a file called `path`, one of `paths`, cannot belong to a model; empty if it can."""
    suffix = PurePosixPath(path).suffix
    if PurePosixPath(path).name == _ADAPTER:
        return f"is of an adapter, which would load another model; merge the two, or {_leave_out(path)}"
    if suffix.lower() in _CODE:
        return f"is code, which a model may not bring; {_leave_out(path)}"
    if is_openvino_weights(path, paths):
        return ""
    if suffix.lower() in _PICKLES:
        return _PICKLED + _leave_out(path)
    if suffix not in ALLOWED:
        return f"is not a file that models are loaded from; allowed: {', '.join(ALLOWED)}; {_leave_out(path)}"
    return ""


def refused_by_content(path: str, head: bytes, paths: Collection[str]) -> str:
    """Why a file that begins with `head` cannot belong to a model, whatever its name; empty if it can."""
    if head.startswith(_ZIP):
        inside = " with a pickle (data.pkl), which runs code when it is loaded" if b"data.pkl" in head else ""
        return f"is a zip{inside}; give the files themselves, and {_leave_out(path)}"
    if not head.startswith(_PICKLE):
        return ""
    is_number = path.lower().endswith(SAFETENSORS) and head[8:9] == b"{"
    """Then the first bytes are the header's length, which may well end in this byte."""
    if is_number or (is_openvino_weights(path, paths) and not _is_protocol(head)):
        return ""
    return _PICKLED + _leave_out(path)


def is_openvino_weights(path: str, paths: Collection[str]) -> bool:
    """Whether OpenVINO reads a file as numbers alone, since the network that describes them is beside it."""
    name = PurePosixPath(path)
    return name.suffix == OPENVINO_WEIGHTS and str(name.with_suffix(OPENVINO_NET)) in paths


def _is_protocol(head: bytes) -> bool:
    """Whether the second byte is a version of pickle's protocol; numbers without a header may begin like this too."""
    return head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _is_for_people(path: str) -> bool:
    return _matches(PurePosixPath(path).name.lower(), (*_FOR_PEOPLE, *_PICTURES))


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _leave_out(path: str) -> str:
    return f"leave this one out with `--without '{path}'`"
