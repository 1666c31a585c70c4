"""Words with which sentences begin, and names do not: what follows a dot with a capital begins one, or is a name."""

from __future__ import annotations

from functools import cache

from include.runtime.languages.abbreviations import ANY
from include.runtime.languages.stop_words import STOP_WORDS

_NORDIC = """
    jeg eg du han hun ho hon den det de vi dere dere ikke men og så da når hvis etter efter siden her der dette denne
    disse ingen alle noen nogle hva hvad hvem hvorfor hvordan i på for med til fra om som
"""
_SOUTH_SLAVIC = """
    on ona ono oni mi vi ja ti to ovo taj ova ovaj ali a i no zatim onda potom tada kada kad ako jer kako zašto što tko
    ko gdje gde u na za od do po iz svi sve nije nema
    он она оно они ми ви ја ти то ово тај ова али а и но затим онда потом тада када ако јер како зашто шта ко где у на
    за од до по из сви све није нема
"""
_EAST_SLAVIC = """
    он она оно они мы вы я ты это этот эта эти то тот та те но а и или затем потом тогда когда если как почему что кто
    где в во на за от до по из к с у о все всё не нет для при после
    він вона воно вони ми ви це цей ця ці але й та або потім тоді коли якщо як чому що хто де від до з із у в усі не для
"""
_OPENERS = {
    "bg": "той тя то те ние вие аз ти това този тази тези но а и или после тогава когато ако как защо какво кой къде в "
    "на за от до по из всички не няма за при след",
    "bs": _SOUTH_SLAVIC,
    "cs": "on ona ono oni my vy já ty to ten ta ti ale a i nebo pak potom tehdy když pokud jak proč co kdo kde v ve na "
    "za od do po z ze k s u o všichni všechno není pro při byl byla bylo je jsou",
    "da": _NORDIC,
    "el": "ο η το οι τα αυτός αυτή αυτό και αλλά όμως τότε όταν αν πώς γιατί τι ποιος πού στο στη στην από για με δεν "
    "μετά",
    "et": "ta tema see nad meie teie mina sina aga ja või siis kui sest kuidas miks mis kes kus kõik ei pärast",
    "fi": "hän se he ne me te minä sinä tämä nämä mutta ja tai sitten kun jos koska miten miksi mikä kuka missä kaikki "
    "ei siellä täällä",
    "hr": _SOUTH_SLAVIC,
    "hu": "ő ők mi ti én te ez az azok ezek a de és vagy majd aztán akkor amikor ha mert hogyan miért mi ki hol minden "
    "nem itt ott",
    "is": "hann hún það þeir þær þau við þið ég þú en og eða svo þá þegar ef hvernig af hver hvar allir ekki hér þar",
    "lv": "viņš viņa viņi viņas mēs jūs es tu tas tā tie bet un vai tad kad ja jo kā kāpēc kas kur visi nav pēc",
    "lt": "jis ji jie jos mes jūs aš tu tai tas ta bet ir ar tada kai jei nes kaip kodėl kas kur visi ne po",
    "nb": _NORDIC,
    "nn": _NORDIC,
    "no": _NORDIC,
    "pl": "on ona ono oni one my wy ja ty to ten ta te ale a i lub albo potem wtedy kiedy gdy jeśli jak dlaczego co "
    "kto gdzie w we na za od do po z ze u o nie dla przy był była było jest są",
    "ro": "el ea ei ele noi voi eu tu acesta aceasta dar și sau apoi atunci când dacă cum de ce cine unde în la pe din "
    "cu toate nu după",
    "ru": _EAST_SLAVIC,
    "sk": "on ona ono oni my vy ja ty to ten tá tí ale a i alebo potom vtedy keď ak ako prečo čo kto kde v vo na za od "
    "do po z zo k s u o všetci nie je pre pri bol bola bolo",
    "sl": "on ona ono oni mi vi jaz ti to ta ali a in pa potem nato takrat ko če kako zakaj kaj kdo kje v na za od do "
    "po iz vsi ni",
    "sr": _SOUTH_SLAVIC,
    "sv": f"{_NORDIC} jag ni inte och sedan sen när om efter här där detta denna dessa alla några vad vem varför hur",
    "tr": "o bu şu onlar biz siz ben sen ama ve veya sonra ardından çünkü nasıl neden ne kim nerede her hiç fakat",
    "uk": _EAST_SLAVIC,
}


def opens_sentence(word: str, language: str) -> bool:
    """Whether `word`, as it is written, is one with which sentences begin: a pronoun, an article, a conjunction.

    In a language that nobody listed, and in one that is not known, none is, but those of English and German in the
    latter.
    """
    return word[:1].isupper() and word.lower() in _openers(language)


@cache
def _openers(language: str) -> frozenset[str]:
    if language == ANY:
        return STOP_WORDS["en"] | STOP_WORDS["de"]
    return STOP_WORDS.get(language, frozenset()) | frozenset(_OPENERS.get(language, "").split())
