"""What a picture's prompt may ask of the stage besides a picture: `[slow 1.5] a bee on a flower`."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any

from include.contract.errors import CheckFailed, CorruptInput

_DIRECTIVE = re.compile(r"\[(\w+) ?([0-9.]*)\]")


def sabotaged(make_item: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`make_item`, after what the prompt asks for."""

    def do_and_make(self: Any, work: Any) -> Any:
        for name, value in _DIRECTIVE.findall(work.inputs["image_prompt"].read_text("utf-8")):
            _DEEDS[name](float(value or 0))
        return make_item(self, work)

    return do_and_make


def _grow(mib: float) -> None:
    """Hold that much memory for a moment; each page is written."""
    held = bytearray(b"x") * int(mib * 2**20)
    time.sleep(1)
    del held


def _chatter(megabytes: float) -> None:
    line = "x" * 999 + "\n"
    for _ in range(int(megabytes * 1000)):
        sys.stdout.write(line)
    sys.stdout.flush()


def _refuse(_: float) -> None:
    raise CheckFailed("the picture is not good enough, whatever it is")


def _corrupt(_: float) -> None:
    raise CorruptInput("the prompt is not what it was")


_DEEDS: dict[str, Callable[[float], None]] = {
    "slow": time.sleep,
    "grow": _grow,
    "chatter": _chatter,
    "refuse": _refuse,
    "corrupt": _corrupt,
}
