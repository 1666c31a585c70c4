"""Signs that mean something: comparisons, sums, `C#`, `CO2`."""

from __future__ import annotations

import re

from include.runtime.voices.spoken_forms import alternatives, forms_of

ALIKE = str.maketrans({"≅": "≈", "≃": "≈", "⩽": "≤", "≦": "≤", "⩾": "≥", "≧": "≥", "˚": "°", "⋅": "×", "∼": "~"})
"""Signs that mean the same as another, which is put in their place."""
_WRITTEN_IN_TWO = {"<=": "≤", ">=": "≥", "=>": "→", "->": "→", "<-": "←", "<<": "«", ">>": "»"} | dict.fromkeys(
    ["+-", "+/-", "+\N{MINUS SIGN}", "+/\N{MINUS SIGN}"], "±"
)
_RULE = re.compile(r"([=+<>~*#_-])\1{2,}")
"""A line drawn with signs."""
_SHARP = re.compile(r"(?<!\w)([A-GJ])[#♯](?!\w)")
_ELEMENTS = ("Cl", "Na", "Ca", "Mg", "Fe", "Al", "Si", "H", "C", "N", "O", "S", "P", "F", "K")
_FORMULA = re.compile(rf"(?<![\w-])(?:(?:{'|'.join(_ELEMENTS)})\d{{0,2}}){{2,8}}(?![\w-])")


def formulas_said(text: str) -> str:
    """`CO2` letter by letter, `C#` with its word."""
    text = _SHARP.sub(r"\1 sharp", text)
    return _FORMULA.sub(lambda match: _lettered(match[0]), text)


def signs_said(text: str, language: str) -> str:
    """Signs that the language has words for in words."""
    forms = forms_of(language)
    text = _RULE.sub(" ", text.translate(ALIKE))
    text = re.sub(alternatives(_WRITTEN_IN_TWO), lambda match: _WRITTEN_IN_TWO[match[0]], text)
    text = re.sub(r"(?<=\d)\s?\*\s?(?=\d)", "×", re.sub(r"~(?=\s?[\d\u2212])", "≈", text))
    if forms.range:
        text = re.sub(r"(?<=\w)\s?[～〜]\s?(?=[\d\u2212])", forms.padded(forms.range), text)
    for sign, word in forms.after_number.items():
        text = re.sub(rf"{sign}\s?([\d.,]*\d)", rf"\1{forms.blank}{word} ", text)
    words = {**forms.signs, "@": forms.dot_and_at[1]}
    return re.sub(rf"\s?({alternatives(words)})\s?", lambda match: forms.padded(words[match[1]]), text)


def _lettered(formula: str) -> str:
    """Letters and numbers apart, if it is a formula: at least two elements and a number."""
    atoms = re.findall(r"[A-Z][a-z]?", formula)
    if len(set(atoms)) < 2 or not re.search(r"\d", formula):
        return formula
    return " ".join(re.findall(r"[A-Za-z]|\d+", formula))
