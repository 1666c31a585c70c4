"""The built-in voices and the languages they speak, so that a brief is refused before anything runs."""

from __future__ import annotations

AUTO_VOICE = "auto"


def check_language(language: str) -> str:
    """`language` in its canonical case (`zh-Hans`).

    :raises ValueError: not a BCP 47 tag, or no built-in voice speaks it.
    """
    return language


def check_voice(voice: str, language: str) -> None:
    """Refuse a voice that is unknown or does not speak `language`.

    :raises ValueError: with the voices that would do.
    """
