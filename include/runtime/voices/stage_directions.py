"""Stage directions such as `[laughs]`: subtitles show them, nobody says them.

Square brackets also hold words that an editor put in (`[The bees] are back`), which are spoken. So only what stands
alone in a line is taken for a direction, and elsewhere what begins or ends with a word for a sound or a gesture.
"""

from __future__ import annotations

import re

_GESTURES = (
    "laugh laughs laughing laughter chuckl* giggl* snicker* sigh sighs sighing gasp gasps gasping cough "
    "coughs coughing sob sobs sobbing sniffs sniffles yawns yawning groans groaning whispers whispering "
    "shouts shouting screams screaming cheers cheering claps clapping applau* crosstalk inaudible lacht "
    "lachen lachend gelächter kicher* seufzt seufzen hustet hustend flüster* schluchz* räuspert gähnt applaus "
    "beifall rires rit riant soupir soupire tousse chuchot* sanglot* applaudiss* risa risas ríe ríen suspira "
    "suspiro tose susurr* llora aplauso aplausos ridono risata risate sospira sospiro tossisce sussurr* "
    "applausi applauso risos ri suspira tosse aplausos lacht gelach zucht zuchtend hoest hoestend fluister* "
    "śmiech śmieje wzdycha kaszle szept szepcze oklaski смех смеётся смеется смеются вздыхает вздох кашляет "
    "аплодисменты шепчет шёпот сміх сміється зітхає оплески güler gülüyor gülüşmeler kahkaha alkış öksürür "
    "skrattar skratt applåder latter bifald suckar sukker viskar hvisker nauraa naurua γέλια γελάει "
    "χειροκρότημα ضحك يضحك تصفيق يتنهد خنده تشویق צוחק צוחקת צחוק מחיאות हँसी हंसी हँसते तालियाँ तालियां 笑 "
    "大笑 笑声 笑聲 掌声 掌聲 鼓掌 叹气 嘆氣 咳嗽 笑い 拍手 ため息 咳 웃음 박수 한숨 기침"
)
"""What people do audibly; `*` stands for any ending."""
_SOUNDS = (
    "music musik musique música musica muziek muzyka музыка музика müzik μουσική موسيقى موسیقی מוזיקה संगीत "
    "音乐 音樂 音楽 음악 silence stille silencio silenzio silêncio stilte cisza тишина тиша sessizlik صمت "
    "沉默 沈黙 침묵 pause pausa pauze pauza пауза beat noise static jingle"
)
"""What may also be an ordinary word, so that it is a direction only where a clause begins or ends."""
_BEFORE_NOUNS = "the a an his her their its our my your this that der die das den le la les el los las il lo de"
"""Articles and the like, with which a bracket is part of the sentence."""
_MOST_WORDS = 4


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile("|".join(word.replace("*", r"\w*") for word in words.split()), re.IGNORECASE)


_GESTURE, _SOUND = _any_of(_GESTURES), _any_of(_SOUNDS)
_BRACKETED = re.compile(r"\[([^\[\]\n]{1,60})\](?!\()")
_ALONE = re.compile(r"\s*(?:\[([^\[\]\n]{1,200})\]|[(（]([^()（）\n]{1,60})[)）])[\s.。!！…]*")
_CLAUSE_BEFORE, _CLAUSE_AFTER = '.!?…,;:—–"”»。！？，、', ".!?…。！？"
"""Marks beside which a clause begins, or ends."""


def without_directions(line: str, warnings: list[str]) -> str:
    """`line` without its stage directions; each is noted in `warnings`."""
    alone = _ALONE.fullmatch(line)
    if alone and _has_letters(line) and (alone[1] or _is_direction(alone[2], at_edge=True)):
        warnings.append(f"stage directions are not spoken: {line.strip()[:60]}")
        return ""

    def left(match: re.Match[str]) -> str:
        before, after = line[: match.start()].rstrip()[-1:], line[match.end() :].lstrip()[:1]
        at_edge = before in _CLAUSE_BEFORE or after in _CLAUSE_AFTER
        if not _is_direction(match[1], at_edge):
            return match[0]
        warnings.append(f"stage directions are not spoken: {match[0]}")
        return " "

    return _BRACKETED.sub(left, line)


def _is_direction(inside: str, at_edge: bool) -> bool:
    words = [word.strip(".,:;!?…") for word in inside.split()]
    if not 0 < len(words) <= _MOST_WORDS or any(word.lower() in _BEFORE_NOUNS.split() for word in words):
        return False
    known = (_GESTURE, _SOUND) if at_edge else (_GESTURE,)
    return any(pattern.fullmatch(word) for pattern in known for word in (words[0], words[-1]))


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)
