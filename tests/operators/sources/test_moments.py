"""Dates of feeds: what everybody would understand is read, and nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from operators.sources.moments import MAX_CHARACTERS, moment_of

HALF_PAST_TWO = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Fri, 20 Nov 2026 14:30:00 GMT",
        "Fri, 20 Nov 2026 14:30:00 +0000",
        "Fri, 20 Nov 2026 14:30:00",
        "20 Nov 2026 14:30 UT",
        "Fri, 20 Nov 26 14:30:00 Z",
        "Fri, 20 Nov 2026 09:30:00 -05:00",
        "Fri, 20 Nov 2026 09:30:00 EST",
        "Fri,20 Nov 2026 16:30:00 GMT+0200",
        "Fri, 20 Nov 2026 16:30:00 CEST",
        "Fri, 20 Nov 2026 23:30:00 JST",
        "Fri, 20 Nov 2026 15:30:00 MEZ",
        "Fri, 20 Nov 2026 15:30:00 Europe/Berlin",
        "Fri, 20 Nov 2026 02:30:00 PM +0000",
        "November 20, 2026 2:30 p.m.",
        "Friday, November 20th, 2026 at 2:30PM",
        "Friday, November 20, 2026 - 14:30",
        "Fri Nov 20 14:30:00 2026",
        "Fri Nov 20 14:30:00 +0000 2026",
        "Fri, 20 Nov, 2026 9:30 AM ET",
        "Fri Nov 20 15:30:00 CET 2026",
        "Fri Nov 20 2026 15:30:00 GMT+0100 (Central European Standard Time)",
        "20-Nov-2026 14:30:00",
        "20.11.2026 14:30",
        "20/11/2026 14:30",
        "11/20/2026 14:30",
        "2026/11/20 14:30",
        "2026-11-20T14:30:00Z",
        "2026-11-20t14:30:00.5z",
        "2026-11-20T16:30:00,123456+02:00",
        "2026-11-20T09:30:00-0500",
        "2026-11-20 14:30:00 UTC",
        "20261120T143000Z",
        "ven, 20 nov 2026 14:30:00 +0000",
        "Fr, 20. Nov. 2026 um 14:30 Uhr",
        "20 de noviembre de 2026 14:30",
        "vendredi 20 novembre 2026 14h30",
        "пт, 20 ноя 2026 17:30:00 +0300",
        "2026年11月20日 下午2:30",
        "2026年11月20日(金) 14:30",
        "2026년 11월 20일 오후 2:30",
        "20 Nov 2026 １４：３０",
    ],
)
def test_a_moment_is_read_however_it_is_written(written: str) -> None:
    moment = moment_of(written)
    assert moment is not None
    assert moment.replace(microsecond=0) == HALF_PAST_TWO
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("18 Sept 2018", "2018-09-18T00:00:00"),
        ("dom, 02 ott 2022", "2022-10-02T00:00:00"),
        ("mar, 20 oct 2026 10:00:00 GMT", "2026-10-20T10:00:00"),
        ("Mar 20 2026", "2026-03-20T00:00:00"),
        ("1er mai 2026", "2026-05-01T00:00:00"),
        ("2026-11-20+02:00", "2026-11-19T22:00:00"),
        ("20261120", "2026-11-20T00:00:00"),
        ("Fri, 20 Nov 2026 24:00:00 GMT", "2026-11-21T00:00:00"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00"),
        ("20 Nov 2026 12:15 AM", "2026-11-20T00:15:00"),
        ("20 Nov 2026 12:15 PM", "2026-11-20T12:15:00"),
        ("20 Nov 2026 20:15 PM", "2026-11-20T20:15:00"),
        ("20 Nov 71 10:00", "1971-11-20T10:00:00"),
        ("29 Feb 2028", "2028-02-29T00:00:00"),
        ("05/05/2026", "2026-05-05T00:00:00"),
        ("20 Awst 2026", "2026-08-20T00:00:00"),
        ("Fri Nov 20 10:00:00 AWST 2026", "2026-11-20T02:00:00"),
    ],
)
def test_a_moment_is_read_as_it_stands(written: str, iso: str) -> None:
    moment = moment_of(written)
    assert moment is not None
    assert moment.replace(tzinfo=None).isoformat() == iso


def test_the_language_of_the_feed_tells_months_apart_that_share_a_name() -> None:
    moments = [moment_of("pt., 20 lis 2026 10:00", language) for language in ("pl", "hr", "")]
    assert [moment and moment.month for moment in moments] == [11, 10, None]


@pytest.mark.parametrize(
    "written",
    [
        *("", "soon", "2026", "2026-11", "Nov 2026", "20 Nov", "10:00", "1795167000", "Fri, 99 Nov 2026 12:00:00 GMT"),
        *("Fri, 20 Nov 2026 09:30:00 IST", "Fri, 20 Nov 2026 09:30:00 XYZ", "Fri, 20 Nov 2026 09:30:00 A"),
        *("Fri, 20 Nov 2026 24:00:01 GMT", "Fri, 20 Nov 2026 25:00 GMT", "Fri, 20 Nov 2026 10:60 GMT", "2026-11-31"),
        *("20 Nov 2026 00:15 PM", "20 Nov 2026 13:15 AM", "20 Nov 2026 10:00 AM PM", "20 Nov 2026 10:00 +99:00"),
        *("05/11/2026", "5-11-2026", "20 Nov 2569", "20 Aban 1405", "0001-01-01T00:00:00", "1970-01-01T00:00:00Z"),
        *("20 Nov Dec 2026", "20 21 Nov 2026", "20 Nov 2026 2027", "20 Nov 2026 10:00 11:00", "20 Nov 2026 UTC GMT"),
        *("20 Nov 2026 tomorrow", "a b c 20 Nov 2026", "20 Nov 2026 10:00 \N{CLOCK FACE TEN OCLOCK}"),
        *("Mon, 1 Jan 99999 00:00:00 GMT", "1 Jan 2026 00:00 +99999999", "24 Nov 2026 ٣٣:00", "2026-11-20T10"),
        "20 Nov 2026 10:00".ljust(MAX_CHARACTERS + 1),
    ],
)
def test_what_cannot_be_understood_is_not_guessed(written: str) -> None:
    assert moment_of(written) is None


@given(st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 30)), st.integers(-12 * 60, 14 * 60))
def test_what_rss_and_atom_prescribe_is_read_to_the_second(at: datetime, minutes: int) -> None:
    at = at.replace(microsecond=0)
    sign, ahead = "-" if minutes < 0 else "+", abs(minutes)
    moment = at.replace(tzinfo=UTC).timestamp() - minutes * 60
    for written in (
        f"{at:%a, %d %b %Y %H:%M:%S} {sign}{ahead // 60:02}{ahead % 60:02}",
        f"{at.isoformat()}{sign}{ahead // 60:02}:{ahead % 60:02}",
    ):
        read = moment_of(written)
        assert read is not None
        assert read.timestamp() == moment


@given(
    st.text()
    | st.text("FriNov0123456789 :,./+-TZGMAPp年月日()º", max_size=60)
    | st.from_regex(r"[0-9]{1,20}-[0-9]+-[0-9]+T[0-9]{2}:[0-9]{2}[+-][0-9]+", fullmatch=True)
)
@example("Tue, 24 Nov 9999999026 12:00:00 GMT")
@example("Tue, 24 Nov 2026 99999999999999999999:00:00 GMT")
@example("0001-01-01T00:00+23:59")
@example("10 Nov ²²²²")
def test_whatever_is_written_is_a_moment_or_none(written: str) -> None:
    moment = moment_of(written)
    assert moment is None or moment.tzinfo is UTC
