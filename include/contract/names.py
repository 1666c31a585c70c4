"""Unknown names, as messages report them: what may be meant, then everything that is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

_COMPARED_CHARACTERS = 100
_MOST_MEANT = 3
_FEWEST_CHARACTERS = 3
"""Of a beginning or a part by which a name is known."""
_LIKENESS = 0.8
"""Of `difflib`: a letter in five wrong, missing or moved. Lower, `duration` is taken for `variation`."""
_PART = re.compile(r"[.:/]")
_IN_OTHER_WORDS = {
    "backfill": ("catchup",),
    "cron": ("schedule",),
    "duration": ("scenes", "sections", "questions"),
    "format": ("formats", "aspect"),
    "length": ("scenes", "sections", "questions"),
    "locale": ("language",),
    "narrator": ("voice",),
    "prompt": ("image_prompt", "topic"),
    "ratio": ("aspect",),
    "seed": ("variation",),
    "soundtrack": ("music",),
    "speaker": ("voice",),
    "subject": ("topic",),
    "theme": ("topic",),
    "tz": ("timezone",),
}
"""What other tools call a field of ours; only mentioned where that field is allowed."""


def allowed_names(found: object, allowed: Iterable[str], near: Sequence[str] | None = None, more: str = "") -> str:
    """What to say after `found` was refused: ``did you mean `voice`? allowed: voice, language``, the nearest first.

    :param near: what may be meant, if the caller knows more about the names than their letters.
    :param more: what else is allowed there, in words.
    """
    every = list(dict.fromkeys(allowed))
    meant = nearest(found, every) if near is None else list(near)
    order = [*(name for name in meant if name in every), *(name for name in every if name not in meant)]
    told = ", ".join([*order, *([more] if more else [])]) or "none, for there are none"
    return f"{guess(meant)}allowed: {told}"


def guess(meant: Sequence[str]) -> str:
    """``did you mean `de` or `nl`? ``, with the blank after it; empty if no name is close enough."""
    return f"did you mean {' or '.join(f'`{name}`' for name in meant)}? " if meant else ""


def nearest(found: object, allowed: Iterable[str]) -> list[str]:
    """Those of `allowed` that may be meant by `found`, the nearest first: by sense, by a part of it, by its letters."""
    if not isinstance(found, str):
        return []
    written, plain = _plain(found[:_COMPARED_CHARACTERS]), {name: _plain(name) for name in allowed}
    same = [name for name, letters in plain.items() if letters == written]
    if same:
        return same[:1]
    said = [name for name in _IN_OTHER_WORDS.get(written, ()) if name in plain]
    likeness = {name: _likeness(written, letters) for name, letters in plain.items()}
    most = max(likeness.values(), default=0.0)
    spelt = [name for name, like in likeness.items() if like == most >= _LIKENESS]
    known_by = [name for name, letters in plain.items() if _is_known_by(written, letters)]
    return (said or spelt or known_by)[:_MOST_MEANT]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _likeness(written: str, name: str) -> float:
    """From 0 to 1; of names in parts, that of the parts which are least alike: `a.x` and `a.y` share an `a` alone."""
    parts, own = _PART.split(written), _PART.split(name)
    pairs = zip(parts, own, strict=True) if len(parts) == len(own) else [(written, name)]
    return min(difflib.SequenceMatcher(None, *pair).ratio() for pair in pairs)


def _is_known_by(written: str, name: str) -> bool:
    """Whether `written` is the beginning of `name`, or a part of it between dots."""
    return len(written) >= _FEWEST_CHARACTERS and (name.startswith(written) or written in _PART.split(name))
