from __future__ import annotations

import pytest

from include.runtime.voices.japanese import in_kana


@pytest.mark.parametrize(
    ("written", "sound"),
    [
        ("東京はとても大きい。", "トーキョーワ トテモ オーキイ。"),
        ("1,250円と2.5パーセント", "センニヒャクゴジューエント ニ テンゴパーセント"),
        ("ひらがな", "ヒラガナ"),
        ("", ""),
    ],
)
def test_kanji_numbers_and_particles_become_what_is_heard(written: str, sound: str) -> None:
    warnings: list[str] = []
    assert in_kana(written, warnings).replace(" ", "") == sound.replace(" ", "")
    assert warnings == []


def test_a_kanji_without_a_known_reading_is_named() -> None:
    warnings: list[str] = []
    assert "𠮟" not in in_kana("𠮟る", warnings)
    assert warnings == ["no reading is known for 𠮟"]


def test_a_long_run_of_one_sign_sounds_like_a_shorter_one() -> None:
    few, many = (in_kana(f"蜂蜜{'，' * number}蜂蜜", []) for number in (20, 10_000))
    assert many == few


@pytest.mark.parametrize(
    ("written", "sound"),
    [
        ("4月3日と1月1日", "シガツミッカトイチガツツイタチ"),
        ("14日、20日、15日", "ジューヨッカ、ハツカ、ジューゴニチ"),
        ("4時10分、9時30分", "ヨジジュップン、クジサンジュップン"),
        ("1人と4人", "ヒトリトヨニン"),
        ("1本、3本、21本、110本、100本", "イッポン、サンボン、ニジューイッポン、ヒャクジュッポン、ヒャクホン"),
        ("2024年", "ニセンニジューヨネン"),
        ("6歳と8歳", "ロクサイトハッサイ"),
        ("2分の1", "ニブンノイチ"),
        ("3日本", "サンニッポン"),
        ("10000、0", "イチマン、レイ"),
    ],
)
def test_counters_sound_as_they_do_with_that_number(written: str, sound: str) -> None:
    assert in_kana(written, []).replace(" ", "") == sound
