from __future__ import annotations

import pytest

from include.runtime.voices.japanese import in_kana, numbers_in_kanji


def sound_of(written: str, warnings: list[str]) -> str:
    return "".join(sound for _, sound in in_kana(numbers_in_kanji(written), warnings))


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
    assert sound_of(written, warnings).replace(" ", "") == sound.replace(" ", "")
    assert warnings == []


def test_a_kanji_without_a_known_reading_is_named() -> None:
    warnings: list[str] = []
    assert "𠮟" not in sound_of("𠮟る", warnings)
    assert warnings == ["no reading is known for 𠮟"]


def test_a_long_run_of_one_sign_sounds_like_a_shorter_one() -> None:
    few, many = (sound_of(f"蜂蜜{'，' * number}蜂蜜", []) for number in (20, 10_000))
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
    assert sound_of(written, []).replace(" ", "") == sound


def test_what_was_written_is_kept_beside_each_sound() -> None:
    pieces = in_kana("蜂は 大切。", [])
    assert "".join(written for written, _ in pieces) == "蜂は 大切。"
    assert [sound for written, sound in pieces if written.strip() == "大切"] == [" タイセツ"]
