from __future__ import annotations

import pytest

from include.runtime.voices.normalise import normalise


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en-GB", "On 03/04/2026 we met.", "On the third of April 2026 we met."),
        ("en-AU", "03/04/2026", "the third of April 2026"),
        ("en-NZ", "03/04/2026", "the third of April 2026"),
        ("en-IE", "03/04/2026", "the third of April 2026"),
        ("en-IN", "03/04/2026", "the third of April 2026"),
        ("en-ZA", "03/04/2026", "the third of April 2026"),
        ("en-GB-scotland", "25/12/2026", "the twenty-fifth of December 2026"),
        ("en", "On 03/04/2026 we met.", "On March fourth, 2026 we met."),
        ("en-GB", "3/4/26 and 3/4/98", "the third of April 2026 and the third of April 1998"),
        ("en-US", "03/04/2026", "March fourth, 2026"),
        ("de", "am 3.4.2026", "am dritten April 2026"),
        ("fr", "le 03/04/2026, le 2026-04-01", "le 3 avril 2026, le premier avril 2026"),
        ("ru", "2026-04-03", "третьего апреля две тысячи двадцать шестого года"),
        ("pl", "3 kwietnia", "trzeciego kwietnia"),
        ("uk", "24 серпня 1991 року", "двадцять четвертого серпня тисяча девʼятсот дев'яносто першого року"),
        ("vi", "ngày 2/9/2026", "ngày 2 tháng 9 năm hai nghìn không trăm hai mươi sáu"),
        ("hu", "1848. március 15-én", "1848 március tizenötödikén"),
        ("cs", "3. dubna 2026", "třetího dubna 2026"),
        ("hu", "2026-04-03", "2026 április harmadika"),
        ("fa", "2026-04-03", "3 آوریل 2026"),
        ("zh", "2026-04-03", "二〇二六年4月3日"),
        ("ko", "2026. 4. 3.", "2026년 4월 3일"),
        ("de", "am 31.2.2026", "am 31 Punkt 2 Punkt 2026"),
    ],
)
def test_dates_are_read_in_the_order_of_the_country(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("de", "um 14:30 Uhr, um 9:05, um 14:00", "um 14 Uhr 30, um 9 Uhr 5, um 14 Uhr"),
        ("fr", "14h30, 14 h 05, 9:00", "14 heures 30, 14 heures 5, 9 heures"),
        ("de", "um 9.30 Uhr", "um 9 Uhr 30"),
        ("da", "kl. 14.30", "kl. 14:30"),
        ("it", "alle 14.30", "alle 14 30"),
        ("pl", "o 14:30", "o czternasta 30"),
        ("uk", "14:30", "14 30"),
        ("ko", "9:30", "아홉 시 30분"),
        ("zh", "14:30", "14点30分"),
        ("de", "3:2, 10:1", "3:2, 10:1"),
    ],
)
def test_times_are_told_from_scores(language: str, written: str, said: str) -> None:
    assert normalise(written, language).text == said
