"""Abbreviations by what may follow them: data, beside the lists that `sentencex` brings.

All in small letters and without their last dot. What is a word of its own in some language stands under the languages
in which it is an abbreviation; what stands under `ANY` is one wherever a text may quote it.
"""

from __future__ import annotations

from functools import cache

ANY = "und"
"""BCP 47's tag of a language that is not known."""

_BEFORE_NUMBERS = {
    ANY: "abb appr approx art bd c ca cap cca ch chap circa eq ext fig figs kap kl max min n no nos nr num núm nº n° "
    "op p pag par pág pp rp s sec sect str sz tab tel vol vols č čís σελ гл п рис ст стр табл №",
    "en": "apt rm ste",
}
"""Within a sentence where a number follows."""

_BEFORE_NAMES = {
    ANY: "col dr drs gen gov hon lt maj mlle mlles mme mmes mr mrs ms mt mx prof profs sgt sra srta st ste",
    "cs": "bc doc ing judr mgr mudr paní phdr sv",
    "da": "hr frk",
    "de": "dipl fa fam fr frl gebr habil hl hll hr hrn ing mag mult st",
    "en": "adm capt cmdr cpt ft insp messrs pres rep rev sen supt",
    "es": "avda d dn dña dra pbro rvdo sr sres ud uds vd vds",
    "fr": "bd dr m me mgr mm st ste",
    "id": "jl",
    "it": "arch avv dott egr geom ing mons on rag sig sigg spett",
    "nb": "hr",
    "nl": "dhr ir mej mevr mr",
    "pl": "bp gen hab inż ks mgr por ppłk płk św ul",
    "pt": "d dra drª exmo sr v",
    "ro": "bd dl dna str",
    "ru": "акад гр проф ул",
    "sk": "bc doc ing mgr mudr sv",
    "uk": "акад вул проф",
    "vi": "gs pgs ths tp ts",
}
"""Never at the end of a sentence: a name follows."""

_WITHIN = {
    ANY: "cf e.g i.e p.ex viz vs",
    "bg": "напр",
    "bs": "npr odn tj tzv",
    "ca": "p.ex",
    "cs": "např popř resp tj tzn tzv",
    "da": "bl.a ca d.v.s evt f.eks fx inkl pga",
    "de": "bzw ca d.h evtl exkl ggf i.d.r inkl mind sog u.u v.a vgl z.b z.t zzgl",
    "el": "βλ δηλ π.χ",
    "en": "appr approx ca esp excl incl resp",
    "es": "aprox ej p.ej",
    "et": "n-ö nt s.o sh st",
    "fi": "eli esim mm n ns ts",
    "fr": "c.-à-d ca env p.ex",
    "hr": "npr odn tj tzv",
    "hu": "ill kb pl ui ún",
    "it": "ca es p.es",
    "lv": "piem t.i t.s",
    "nb": "bl.a ca d.v.s evt f.eks inkl pga",
    "nl": "bijv ca d.w.z evt i.p.v incl m.a.w o.a t.o.v",
    "nn": "bl.a ca d.v.s f.eks",
    "pl": "jw m.in np ok tj tzn tzw zob",
    "pt": "ex p.ex",
    "ro": "ex de ex",
    "ru": "напр см т.е т.н",
    "sk": "napr resp t.j tzv",
    "sl": "npr oz t.i tj",
    "sr": "npr odn tj tzv нпр одн тј тзв",
    "sv": "bl.a ca d.v.s dvs ev inkl t.ex",
    "tr": "bkz örn yy",
    "uk": "див напр т.зв",
}
"""Never at the end of a sentence: what they announce follows."""

_MAY_END = {
    ANY: "a.d a.m al b.c co corp d.c dept e.u etc inc jr ltd m.d p.m ph.d u.k u.n u.s u.s.a",
    "bg": "др т.н",
    "cs": "ap apod atd mil mld n.l př tis",
    "da": "m.fl m.m m.v mia mio osv",
    "de": "a.d bzgl jh jhd mio mrd n.chr o.ä str tsd u.a u.ä u.v.m usf usw v.chr",
    "el": "κ.ά κ.λπ κλπ κτλ μ.χ",
    "en": "assn ave bldg blvd bros esq plc rd sr univ",
    "es": "d.c a.c ee.uu uu",
    "et": "jm jne jpm jt",
    "fi": "jne milj mrd tms ym yms",
    "fr": "apr av",
    "hr": "itd sl",
    "hu": "stb",
    "it": "ecc",
    "lv": "tml u.c utt",
    "nb": "m.fl m.m mill mrd osv",
    "nl": "e.a e.d enz jl mld mln",
    "nn": "m.m mill mrd osb",
    "pl": "in itd itp mld mln tys w wg",
    "ro": "e.n ș.a",
    "ru": "в вв г гг др млн млрд пр руб т.д т.п тыс",
    "sk": "atd atď mil mld pod tis",
    "sl": "idr ipd itd",
    "sr": "itd sl итд сл",
    "sv": "m.fl m.m mdkr mkr osv o.s.v",
    "tr": "vb vd",
    "uk": "грн ін млн млрд р рр ст т.д т.п тис",
}
"""At the end of a sentence too: what follows tells."""

_WORDS = {
    ANY: "cm kg km ml mm",
    "en": "a act art bar con i ill may me mid miss no op set sing sun",
    "fr": "art sing",
    "de": "art may me no op",
}
"""What `sentencex` takes for abbreviations, and what is far more often a word."""


def before_numbers(language: str) -> frozenset[str]:
    """Abbreviations such as `No.`, which are one where a number follows."""
    return _listed("before_numbers", language)


def before_names(language: str) -> frozenset[str]:
    """Abbreviations such as `Dr.`, which a name follows."""
    return _listed("before_names", language)


def within(language: str) -> frozenset[str]:
    """Abbreviations such as `e.g.`, with which no sentence ends."""
    return _listed("within", language)


def may_end(language: str) -> frozenset[str]:
    """Abbreviations such as `etc.`, with which a sentence may end."""
    return _listed("may_end", language)


def words_with_a_dot(language: str) -> frozenset[str]:
    """Words that are taken for abbreviations too easily."""
    return _listed("words", language)


_LISTS = {
    "before_numbers": _BEFORE_NUMBERS,
    "before_names": _BEFORE_NAMES,
    "within": _WITHIN,
    "may_end": _MAY_END,
    "words": _WORDS,
}


@cache
def _listed(name: str, language: str) -> frozenset[str]:
    by_language = _LISTS[name]
    return frozenset(f"{by_language[ANY]} {by_language.get(language, '')}".split())
