"""What an English topic is about, in words that fit inside a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from include.runtime.languages.sentences import ends_with_abbreviation

_ASKING = re.compile(r"(?i)^(why|how|what|where|when|who)\s+")
_INVERTED = re.compile(r"(?i)^\w+\s+(do|does|did|can|could|should|would|will|is|are|was|were|has|have)\s+(?=\S+\s)")
_FRAME = re.compile(
    r"(?i)^((a|an|the)\s+)?((short|brief|secret|hidden|amazing|wonderful)\s+)?"
    r"(history|story|stories|life|lives|world|art|science|magic|secrets?|introduction|guide|journey|"
    r"day|night|morning|week|year|walk|trip|visit|adventures?)\s+(of|to|behind|at|in|on|with|through)\s+"
)
_ABOUT = re.compile(r"(?i)^(all\s+)?about\s+")
_PREDICATE = re.compile(
    r"(?i)\s+(is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|must|may|matters?|works?|lives?|"
    r"grows?|sleeps?|flows?|forms?|changes?|moves?|helps?|makes?|needs?|get|gets|become|becomes|comes?|goes|go|"
    r"began|begins?|learn|learns|fly|flies|swims?|sings?|hunts?|eats?|sees?|finds?)\b.*$"
)
_PLACE = re.compile(r"(?i)\s+(in|on|at|from|around|across|during|for|through|over|under|between|by)\s+.*$")
_CLAUSE = re.compile(r"(?i)\s*([,;:](?!\d)|\b(that|which|who|whose|when|while|because)\b).*$")
_SMALL = frozenset({"a", "an", "the", "our", "your", "my", "their", "these", "those", "this", "that", "some", "all"})
_WHOEVER = frozenset({"we", "you", "i", "they", "it", "one", "people", "humans"})
_PREPOSITIONS = frozenset({"in", "on", "at", "from", "of", "and", "or", "for", "around", "across", "by"})


@dataclass(frozen=True)
class Subject:
    """A topic in the forms that the questions and the spoken leads need."""

    topic: str
    """As given, without closing marks."""
    name: str
    """The thing itself, as it reads inside a sentence: `honey bees`."""
    plural: bool
    indirect: str
    """What follows `wonder` and `know`: `why honey bees matter`, `about the bicycle`."""
    explain: str
    """What to explain to somebody: the topic, or something about it."""
    reason: str
    """The beginning of the explanation that the topic asks for: `honey bees matter because`; else the name."""
    asks: bool
    """Whether the topic is a question that can be asked as it is."""

    @property
    def be(self) -> str:
        """The verb that goes with the name."""
        return "are" if self.plural else "is"

    @property
    def wants_explanation(self) -> bool:
        """Whether the topic asks for a reason or a way, as `Why …` and `How …` do."""
        return self.reason != self.name


def subject_of(topic: str) -> Subject:
    """Read an English topic. A topic of an unknown shape is its own name."""
    bare = " ".join(topic.split()).rstrip(" !?")
    plain = (bare if ends_with_abbreviation(bare, "en") else bare.rstrip(" .!?")) or topic
    name = _name(plain)
    asks = bool(_INVERTED.match(plain))
    if _ASKING.match(plain) and not asks:
        indirect = plain[:1].lower() + plain[1:]
    else:
        indirect = f"about {name if asks else _inside(_ABOUT.sub('', plain))}"
    reason = _reason(plain, name)
    explain = plain if reason != name else f"Tell something true about {indirect.removeprefix('about ')}"
    return Subject(plain, name, _is_plural(name, plain), indirect, explain, reason, asks)


def _reason(plain: str, name: str) -> str:
    """The topic as the beginning of a statement, for topics such as `Why …` and `How …`."""
    asking = _ASKING.match(plain)
    statement = plain[asking.end() :] if asking else ""
    joint = {"why": "because", "how": "when"}.get(asking.group(1).lower(), "") if asking else ""
    if not joint or _INVERTED.match(plain) or statement.lower().startswith("to "):
        return name
    return f"{statement} {joint}"


def _name(plain: str) -> str:
    asking = _ASKING.match(plain)
    if not asking:
        return _inside(_PLACE.sub("", _CLAUSE.sub("", _FRAME.sub("", _ABOUT.sub("", plain)))) or plain)
    rest = _INVERTED.sub("", plain) if _INVERTED.match(plain) else plain[asking.end() :]
    if rest.lower().startswith("to "):
        return _inside(" ".join(rest.split()[2:]) or rest)
    cut = _PLACE.sub("", _PREDICATE.sub("", _CLAUSE.sub("", rest) or rest))
    if cut == rest and len(rest.split()) > 1:
        cut = rest.rsplit(" ", 1)[0]
    if cut.lower() in _WHOEVER:
        cut = rest.split()[-1]
    return _inside(cut)


def _inside(words: str) -> str:
    """`words` as they read inside a sentence: a common first word in lower case."""
    first, *others = words.split() or [words]
    common = first.lower() in _SMALL or (first.istitle() and others and _is_common(others[0]))
    common = common or (first.istitle() and first.endswith("s") and not first.endswith(("is", "us", "as")))
    return " ".join([first.lower() if common and "." not in first else first, *others])


def _is_common(following: str) -> bool:
    return following.islower() and following not in _PREPOSITIONS


def _is_plural(name: str, topic: str) -> bool:
    after = re.search(rf"(?i){re.escape(name)}\s+(is|are|was|were|has|have|do|does)\b", topic)
    if after:
        return after.group(1).lower() in ("are", "were", "have", "do")
    words = name.lower().split()
    if not words or words[0] in ("a", "an", "this", "that"):
        return False
    return (words[-1].endswith("s") and not words[-1].endswith(("ss", "is", "us"))) or words[-1] in (
        "people",
        "children",
        "mice",
        "fish",
        "sheep",
        "wolves",
    )
