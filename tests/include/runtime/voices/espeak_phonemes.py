"""What espeak makes of a text, in a process of its own: `python -m … LIBRARY DATA_FOLDER`, JSON lines in and out."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import espeakng_loader

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK

PROJECT_ROOT = Path(__file__).parents[4]
IPA, UTF8 = 2, 1
_STRESS_AND_BLANKS = re.compile(r"[ˈˌ\s|]")
CRASHED = "crashed"


def phonemes(texts: Sequence[tuple[str, str]]) -> list[str]:
    """IPA without stress and blanks of each (text, language of the voice); `crashed` for all of a language's in a row
    if espeak did at one.
    """
    asked = json.dumps([(text, SPOKEN_BY_ESPEAK[language][0]) for text, language in texts])
    command = [sys.executable, "-m", __name__, espeakng_loader.get_library_path(), espeakng_loader.get_data_path()]
    done = subprocess.run(command, input=asked.encode(), capture_output=True, check=True, cwd=PROJECT_ROOT)
    answered: list[str] = json.loads(done.stdout)
    return answered


def main(library_path: str, data_folder: str) -> None:
    """Answer the one request on standard input."""
    library = ctypes.CDLL(library_path)
    if library.espeak_Initialize(IPA, 0, os.fsencode(data_folder), 0) <= 0:
        raise SystemExit("espeak-ng does not start")
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    answers: list[str] = []
    for voice, asked in groupby(json.load(sys.stdin), key=itemgetter(1)):
        texts = [text for text, _ in asked]
        answers += _in_a_fork(library, texts, voice) or [CRASHED] * len(texts)
    sys.stdout.write(json.dumps(answers))


def _in_a_fork(library: ctypes.CDLL, texts: Sequence[str], voice: str) -> list[str]:
    """Phonemes of each; none when espeak crashed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = json.dumps([_phonemes(library, text, voice) for text in texts]).encode()
        with os.fdopen(write, "wb") as answer:
            answer.write(said)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        said = answer.read()
    if os.waitpid(child, 0)[1]:
        return []
    answered: list[str] = json.loads(said)
    return answered


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
