"""Time zones as people write them in dates: by their distance from UTC, by their name, or by a place in them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MAX_OFFSET = timedelta(hours=14)
_OFFSET = re.compile(r"(?:GMT|UTC|UT|Z)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_PLACE = re.compile(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+", re.ASCII)
_MINUTES = {
    # Those that RFC 822 names, as it means them; the single letters, of which RFC 2822 says that nobody knows, but Z.
    **{"Z": 0, "UT": 0, "GMT": 0},
    **{"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420},
    # Those that have one meaning all over the world. IST has three: India, Ireland, Israel.
    **{"UTC": 0, "UCT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120},
    **{"MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "TRT": 180, "IDT": 180},
    **{"WAT": 60, "CAT": 120, "SAST": 120, "EAT": 180, "PKT": 300, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540},
    **{"SGT": 480, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600},
    **{"AEDT": 660, "CHST": 600, "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "NST": -210, "NDT": -150},
    **{"AST": -240, "ADT": -180, "AKST": -540, "AKDT": -480, "HST": -600, "HDT": -540},
}
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
"""For names that leave out whether it is summer, as newspapers write them."""


def is_name(word: str) -> bool:
    """Whether `word` is a zone's name that has one meaning, such as `CET`."""
    return word.upper() in _MINUTES.keys() | _PLACES


def offset_of(zone: str, at: datetime) -> timedelta | None:
    """How far `zone` is ahead of UTC; None if that cannot be known.

    :param at: the time there, which matters for a place with summer time.
    """
    minutes = _MINUTES.get(zone.upper())
    if minutes is not None:
        return timedelta(minutes=minutes)
    match = _OFFSET.fullmatch(zone.upper())
    if match:
        ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return None if ahead > _MAX_OFFSET else ahead if match[1] == "+" else -ahead
    place = _PLACES.get(zone.upper(), zone)
    return _offset_of_place(place, at) if _PLACE.fullmatch(place) else None


def _offset_of_place(place: str, at: datetime) -> timedelta | None:
    try:
        return at.replace(tzinfo=ZoneInfo(place)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
