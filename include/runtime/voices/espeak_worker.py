"""espeak-ng in a process of its own: `python -m include.runtime.voices.espeak_worker LIBRARY DATA_FOLDER`.

It says {"rate_hz"} when it is ready. One JSON line in: {"voice": espeak's identifier, "parts": [text, …]}. Out: one
JSON line {"bytes", "starts": sample at which each part is first heard, "words": place in the joined parts and sample
of each word that espeak tells of}, then that many bytes of 16-bit mono PCM; or {"error": text}.
Each utterance is spoken in a fork of the fresh library: espeak carries the state of its oscillators on, so that in one
process the same words would sound (and hash) differently each time, and a crash would take the others along.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from typing import Any

SYNCHRONOUS = 2
UTF8 = 1
WORD_EVENT = 1
RATE_PARAMETER = 1
WORDS_PER_MINUTE = 160
LONGEST_S = 90
"""An utterance that takes longer has hung, and is ended even if nobody waits for it any more."""
SEED = 1
"""For the noise in breathy voices, which the library would seed by the clock."""


class _Identifier(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identifier),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


def main(library_path: str, data_folder: str) -> None:
    """Answer requests until standard input ends; a fork that dies takes the worker along."""
    library = ctypes.CDLL(library_path)
    rate_hz = library.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data_folder), 0)
    if rate_hz <= 0:
        raise SystemExit(f"espeak-ng does not start with the data in {data_folder}")
    library.espeak_ng_SetRandSeed(SEED)
    _write({"rate_hz": rate_hz})
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST_S)
            _answer(library, json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:
            raise SystemExit(f"espeak-ng ended with {os.waitstatus_to_exitcode(status)} on {line[:200]!r}")


def _answer(library: Any, request: dict[str, Any]) -> None:
    if library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        _write({"error": f"espeak-ng has no voice {request['voice']!r}"})
        return
    pcm, words = _spoken(library, " ".join(request["parts"]))
    starts = starts_of(request["parts"], words, len(pcm) // 2)
    _write({"bytes": len(pcm), "starts": starts, "words": words}, pcm)


def _write(header: dict[str, Any], pcm: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + pcm)
    sys.stdout.buffer.flush()


def _spoken(library: Any, text: str) -> tuple[bytes, list[tuple[int, int]]]:
    """PCM of `text`, and (position in the text from 0, sample) of each word."""
    pcm = bytearray()
    words: list[tuple[int, int]] = []

    def collect(samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            pcm.extend(ctypes.string_at(samples, count * 2))
        index = 0
        while events[index].type != 0:
            if events[index].type == WORD_EVENT:
                words.append((events[index].text_position - 1, events[index].sample))
            index += 1
        return 0

    callback = _CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(RATE_PARAMETER, WORDS_PER_MINUTE, 0)
    raw = text.encode() + b"\0"
    library.espeak_Synth(raw, len(raw), 0, 1, 0, UTF8, None, None)
    library.espeak_Synchronize()
    return bytes(pcm), words


def starts_of(parts: list[str], words: list[tuple[int, int]], end: int) -> list[int]:
    """For each part the sample of its first word; the next one's when it has none."""
    starts, position = [], 0
    for part in parts:
        starts.append(min((sample for at, sample in words if at >= position), default=end))
        position += len(part) + 1
    return starts


if __name__ == "__main__":
    main(*sys.argv[1:])
