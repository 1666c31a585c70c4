"""Which files of a folder are a model, and which are refused whatever else is there: code, and what may hold code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from operators.models.headers import Read

SAFETENSORS, GGUF, JSON = ".safetensors", ".gguf", ".json"
_TEXT = (".txt", ".jinja")
_TOKENIZER = (".model", ".tiktoken")
_OPENVINO_NET, _OPENVINO_WEIGHTS = ".xml", ".bin"
ALLOWED = (SAFETENSORS, GGUF, JSON, *_TEXT, *_TOKENIZER, _OPENVINO_NET)
_CODE = (".py", ".pyc", ".pyi", ".pyx", ".so", ".dll", ".dylib", ".sh", ".ipynb")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".npy", ".npz")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_FOR_PEOPLE = ("README*", "LICENSE*", "LICENCE*", "NOTICE*", "USE_POLICY*", "*.md", "*.pdf")
_PICKLE_BYTE, _ZIP = b"\x80", b"PK\x03\x04"
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Chosen:
    """The files of a folder."""

    sizes: Mapping[str, int]
    """Of those that are the model, in bytes."""
    left_out: tuple[str, ...]
    """For people, or not asked for."""


def chosen(sizes: Mapping[str, int], only: Iterable[str], without: Iterable[str]) -> Chosen:
    """The files that match one of the patterns `only` (all, where there are none), and none of `without`."""
    wanted, unwanted = tuple(only) or ("*",), tuple(without)
    taken = {
        path: size
        for path, size in sizes.items()
        if _matches(path, wanted) and not _matches(path, unwanted) and not _is_for_people(path)
    }
    return Chosen(taken, tuple(path for path in sizes if path not in taken))


def refusal(path: str, paths: Iterable[str], read: Read) -> str:
    """Why the file `path`, one of `paths`, is no part of any model; empty where it may be one.

    :param read: reads of the file itself.
    """
    suffix, head = PurePosixPath(path).suffix.lower(), read(0, _HEAD_BYTES)
    if suffix in _CODE:
        return "is code, and a model brings none; " + _leave_out(path)
    if head.startswith(_ZIP) and b"data.pkl" in head:
        return "is a zip with a pickle (data.pkl), which runs code when it is loaded; " + _convert(path)
    if suffix == _OPENVINO_WEIGHTS and _is_openvino(path, paths) and not _is_whole_pickle(head):
        return ""
    if head.startswith(_PICKLE_BYTE) and suffix != SAFETENSORS or suffix in _PICKLES:
        return "is a pickle, or may be one, which runs code when it is loaded; " + _convert(path)
    if head.startswith(_ZIP):
        return "is a zip, and a model's files lie there as they are; " + _leave_out(path)
    if suffix not in ALLOWED:
        return f"is no file that models are loaded from; allowed: {', '.join(ALLOWED)}; {_leave_out(path)}"
    return ""


def _is_for_people(path: str) -> bool:
    name = PurePosixPath(path).name
    return PurePosixPath(name).suffix.lower() in _PICTURES or any(fnmatchcase(name, each) for each in _FOR_PEOPLE)


def _is_openvino(path: str, paths: Iterable[str]) -> bool:
    return str(PurePosixPath(path).with_suffix(_OPENVINO_NET)) in set(paths)


def _is_whole_pickle(head: bytes) -> bool:
    """Whether it begins as pickles of protocols 2 to 5 do; OpenVINO's weights have no header of their own."""
    return head[:1] == _PICKLE_BYTE and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _leave_out(path: str) -> str:
    return f"leave it out with `--without '{path}'`"


def _convert(path: str) -> str:
    return f"give the weights as safetensors, and {_leave_out(path)}"
