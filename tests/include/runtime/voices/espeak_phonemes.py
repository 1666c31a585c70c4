"""What espeak makes of a text, in a process of its own: `python -m … LIBRARY DATA_FOLDER`, JSON lines in and out."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import espeakng_loader

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK

PROJECT_ROOT = Path(__file__).parents[4]
IPA, UTF8 = 2, 1
_STRESS_AND_BLANKS = re.compile(r"[ˈˌ\s|]")
CRASHED = "crashed"


def phonemes(texts: Sequence[tuple[str, str]]) -> list[str]:
    """IPA without stress and blanks of each (text, language of the voice); `crashed` where espeak did."""
    asked = json.dumps([(text, SPOKEN_BY_ESPEAK[language][0]) for text, language in texts])
    command = [sys.executable, "-m", __name__, espeakng_loader.get_library_path(), espeakng_loader.get_data_path()]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, check=True, cwd=PROJECT_ROOT)
    answered: list[str] = json.loads(done.stdout)
    return answered


def main(library_path: str, data_folder: str) -> None:
    """Answer the one request on standard input; each text in a fork, so that a crash is its own."""
    library = ctypes.CDLL(library_path)
    if library.espeak_Initialize(IPA, 0, os.fsencode(data_folder), 0) <= 0:
        raise SystemExit("espeak-ng does not start")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    sys.stdout.write(json.dumps([_in_a_fork(library, text, voice) for text, voice in json.load(sys.stdin)]))


def _in_a_fork(library: ctypes.CDLL, text: str, voice: str) -> str:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, _phonemes(library, text, voice).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        said = answer.read().decode()
    return CRASHED if os.waitpid(child, 0)[1] else said


def _phonemes(library: ctypes.CDLL, text: str, voice: str) -> str:
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise SystemExit(f"espeak-ng has no voice {voice!r}")
    buffer = ctypes.create_string_buffer(text.encode() + b"\0")
    at = ctypes.c_void_p(ctypes.addressof(buffer))
    clauses = []
    while at.value:
        clauses.append(library.espeak_TextToPhonemes(ctypes.byref(at), UTF8, IPA).decode())
    return _STRESS_AND_BLANKS.sub("", "".join(clauses))


if __name__ == "__main__":
    main(*sys.argv[1:])
