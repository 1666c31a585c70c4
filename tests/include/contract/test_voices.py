from __future__ import annotations

import subprocess
import sys

import pytest

from include.contract.voices import VoiceEngine, check_language, check_voice, resolve_voice, second_voice, voices_for


@pytest.mark.parametrize(
    ("written", "canonical", "heard"),
    [
        ("zh", "zh", "zh"),
        ("ZH-hans-cn", "zh-Hans-CN", "zh"),
        ("zh-TW", "zh-TW", "zh"),
        ("cmn-Hant", "zh-Hant", "zh"),
        ("yue", "yue", "yue"),
        ("zh-HK", "zh-HK", "yue"),
        ("en", "en", "en-US"),
        ("en-gb", "en-GB", "en-GB"),
        ("pt-BR", "pt-BR", "pt-BR"),
        ("pt-PT", "pt-PT", "pt"),
        ("es-MX", "es-MX", "es-419"),
        ("de-AT", "de-AT", "de"),
        ("no", "nb", "nb"),
        ("sr-Latn-RS", "sr-Latn-RS", "sr"),
    ],
)
def test_a_tag_gets_its_canonical_case_and_the_nearest_spoken_language(
    written: str, canonical: str, heard: str
) -> None:
    assert check_language(written) == canonical
    assert resolve_voice("espeak-male", written).language == heard


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("en_US", "`en-US`"),
        ("klingon", "`tlh`"),
        ("english", "`en`"),
        ("Portugese", "`pt`"),
        ("Deutsch", "did you mean `de`? allowed: de, af,"),
        ("francais", "did you mean `fr`? allowed: fr, af,"),
        ("中文", "did you mean `zh`? allowed: zh, af,"),
        ("xx", "allowed: af, am"),
        ("", "not a BCP 47 tag"),
        ("../../etc", "not a BCP 47 tag"),
        ("de\n", "not a BCP 47 tag"),
    ],
)
def test_an_unknown_or_malformed_language_is_refused_with_what_is_allowed(written: str, said: str) -> None:
    with pytest.raises(ValueError, match="BCP 47|no built-in voice") as refused:
        check_language(written)
    assert said in str(refused.value)
    assert repr(written) in str(refused.value)


def test_english_is_spoken_by_the_natural_voice_and_all_else_by_espeak() -> None:
    assert resolve_voice("auto", "en-GB").engine is VoiceEngine.HIBARI
    assert resolve_voice("auto", "de").engine is VoiceEngine.ESPEAK
    assert resolve_voice("auto", "en-Shaw").engine is VoiceEngine.ESPEAK
    assert resolve_voice("espeak-female", "pt-BR").engine_voice == "roa/pt-BR+f2"


def test_a_voice_that_does_not_speak_the_language_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"'heart' speaks en-US, not 'de'.*auto, espeak-male, espeak-female"):
        check_voice("heart", "de")
    with pytest.raises(ValueError, match=r"'bob' is not a built-in voice.*auto, heart"):
        check_voice("bob", "en")
    for voice in voices_for("en"):
        check_voice(voice, "en")


@pytest.mark.parametrize(
    ("first", "language", "second"),
    [
        ("auto", "en", "heart-low"),
        ("heart-low", "en-GB", "heart"),
        ("auto", "de", "espeak-female"),
        ("espeak-female", "de", "espeak-male"),
    ],
)
def test_the_second_speaker_gets_the_best_voice_that_the_first_does_not_have(
    first: str, language: str, second: str
) -> None:
    assert second_voice("auto", first, language) == second
    assert second_voice("espeak-male", first, language) == "espeak-male"


def test_importing_the_table_loads_the_standard_library_only() -> None:
    script = (
        "import sys; before = set(sys.modules); import include.contract.voices;"
        "print([m for m in set(sys.modules) - before if m.split('.')[0] not in sys.stdlib_module_names | {'include'}])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
