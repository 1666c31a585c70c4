from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.spoken_languages import SPOKEN_BY_ESPEAK
from include.runtime.languages.sentences import ends_with_abbreviation, sentence_ends, sentences

CASES = [
    # Abbreviations, initials, acronyms.
    ("en", "Dr. Smith met Mr. Fox, e.g. in St. Louis.| Good."),
    ("en", "U.S. inflation slows to 2.4% in October.| It rained in the U.S.| He left the U.S. Senate."),
    ("en", "It holds approx. 1.2 kg (approx. 13.5 fl. oz.) of No. 5 tea, coffee, etc.| The rest is gone."),
    ("en", "Made by Acme Inc. in Ohio.| Made by Acme Inc.| They sell it at 5 p.m. and at 6 a.m. too."),
    (
        "en",
        "J. R. R. Tolkien (or I. M. Pei) and C. Lewis met G. Fox.| Vitamin C.| It is good.| So am I.| He left.",
    ),
    ("en", "Fits e.g. Nr. 5 saucers, see Fig. 3 and vol. IV.| The answer is no.| Then we left."),
    ("en", "This is modern art.| Xavier may.| Yvonne gave it to me.| Zoe left."),
    ("de", "Am 3. Mai kam z. B. Dr. Müller, d. h. der Arzt usw.| Die Frau kam um ca. 5 Uhr mit dem Hl. Geist."),
    ("de", "Es gab Äpfel u. a. Obst.| Das kostet 5 Mio. Euro bzw. 6 Mrd. Dollar.| Siehe Abb. 3, S. 5 und Art. 2."),
    ("fr", "M. Dupont et Mme. Curie sont là.| C'est ici, p. ex. chez Mlle. Dupont.| Voir art. 5 du code."),
    ("es", "El Sr. Gómez y la Sra. Ruiz vinieron.| Dijo que no.| Luego, pág. 5 y núm. 3.| EE. UU. ganó."),
    ("it", "Il sig. Rossi e l'avv. Bianchi.| Dimmelo di sì.| Poi pag. 5 ecc.| La fine."),
    ("nl", "Dhr. De Vries, bijv. met dr. Jansen.| Dat is goed."),
    ("pl", "Np. jabłka itd.| To jest ul. Nowa, dr. Kowalski.| Koniec."),
    ("ru", "В 1945 г. А. С. Пушкин, напр. на ул. Ленина, и т. д.| Это стр. 5.| Конец."),
    ("uk", "У 1991 р. Т. Г. Шевченко.| Кінець."),
    ("el", "Ο κ. Παπαδόπουλος ήρθε.| Τι;| Τίποτα, π.χ. Αθήνα.| Τέλος."),
    ("hi", "डॉ. शर्मा आए।| क्या?| हाँ।"),
    ("ar", "هل أنت هنا؟| نعم.| د. أحمد و أ. د. محمد.| انتهى."),
    (
        "en",
        "N°. 26.5 at apt. 5.| You and I.| Did Albert I. Jones go?| It was . . . well . . . .| He left [...] and came.",
    ),
    ("de", "Hauptstr. 5 bei Fa. Maier.| Prof. Dr. h.c. mult. Huber, Bundeskanzler a. D. Schröder.| Er kam."),
    # Ordinals.
    ("de", "Im 19. Jahrhundert begann vieles.| Der 2. Weltkrieg endete 1945.| Zum 100. Jubiläum kamen alle."),
    ("de", "Er belegte den 1. Platz im 3. Stock der 5. Etage.| Der 1. FC Köln.| Es war der 5. Tag der 2. Auflage."),
    ("de", "Er wurde 5.| Sie gewann.| Sie wohnt im 4.| Dann ziehen sie um.| Das war 1989.| Danach kam Ruhe."),
    ("de", "2. Weltkrieg.| Platz 1.| Peter wurde 3.| Ludwig XIV. war im XIX. Jahrhundert tot.| Am 1. und 2. Platz."),
    (
        "nb",
        "Det var 17. mai 1814.| Den 2. verdenskrig sluttet i 1945.| Han kom kl. 8.| Hun kom, bl.a. med Olav 5. i Oslo.",
    ),
    ("nn", "På 1. plass kom ho den 2. Dagen.| Ho var 5.| Han var 6."),
    ("da", "Den 2. Verdenskrig sluttede i 1945.| H.C. Andersen skrev f.eks. Eventyr.| Han kom kl. 8.| Hun gik."),
    ("hu", "A 19. században kezdődött.| Az 1. Világháború 1914-ben tört ki.| 1848. március 15-én kitört.| Vége."),
    ("cs", "Ve 20. století.| Karel IV. byl král.| Bylo to v roce 1918.| Potom přišel 3. ročník, např. ve 2. Světové."),
    ("sk", "V 19. storočí.| Bolo to v roku 1918.| Potom prišiel 2. ročník."),
    ("pl", "Dnia 3. maja w XIX w. było tak.| Było ich 5.| On był 6."),
    ("fi", "Vuonna 1918 oli 3. sija.| Esim. omena.| Hän oli 5.| Se oli 6."),
    ("et", "Täna on 24. veebruar.| See oli 2. maailmasõda.| Ta oli 5.| Ma olin 6."),
    ("hr", "U 19. stoljeću i u 2. Svjetskom ratu.| Bilo je to 1945. godine.| Bilo ih je 5.| On je bio 6."),
    ("sl", "V 19. stoletju.| Bilo je leta 1945.| Potem je bilo npr. 3. leto."),
    ("sr", "У 19. веку и у 2. Светском рату.| Било их је 5.| Он је био 6."),
    ("lv", "Tas bija 19. gadsimtā, no 2. Maija.| Viņam bija 5.| Viņa aizgāja."),
    ("is", "Á 19. öld.| Hann var 5.| Hún var 6."),
    ("tr", "19. yüzyılda başladı.| Sonra 2. Dünya Savaşı bitti.| Prof. Dr. Ali geldi.| Son."),
    ("eu", "19. mendean hasi zen, 2. Mundu Gerra."),
    (
        "en",
        "1. First item\n|2. Second item.| World War 2.| It ended with Henry VIII. as king.| It weighs 5.| Xavier won.",
    ),
    # Numbers and names of hosts.
    ("en", "Amazon.com sells Python 3.14.2 on www.nordic-clay.example for $3.50.| Go to example.org.| Now."),
    ("de", "Es kostet 20 €.| Peter kam.| Es sind 20 %.| Peter lief 300 m.| Peter lacht.| Es rief A. Peter."),
    ("ru", "Это 5 м.| Пушкин умер в 1945 г. Москва ждёт."),
    ("id", "Harganya Rp. 5.000 di Jl. Merdeka.| Ya."),
    ("ro", "Pe Str. Mihai nr. 5.| Apoi."),
    ("vi", "Ở TP. Hồ Chí Minh có GS. Nguyễn.| Vâng."),
    ("zh", "圆周率约等于3.14，是一个无理数。|访问example.org。|真的？|是！"),
    ("ja", "温度は３．５度です。|本当？|はい！|3.14です。"),
    ("ko", "안녕하세요.| 3.14입니다.| 네!"),
    # Quotations and other marks.
    ("en", "She said: “I am here.”| Then she left.| “Go!” he said.| (He was tired.)| *So* he slept.| Yahoo! has it."),
    ("en", "Wait... what?| Well… yes.| Really?!| “No.”| ‘Yes.’"),
    ("de", "»Komm!«| Er kam.| „Geh!“| Sie ging.| „Wohin?“ fragte er."),
    ("fr", "« Viens ! »| Il vint.| Il dit : « Oui. »| Puis rien."),
    ("es", "¿Qué?| ¡Sí!| «Ven.»| Vino."),
    ("zh", "他说：“你好。”|然后走了。|「再见！」|她走了。|你好.|我是"),
    ("ja", "彼は「はい。」と言った。|「行こう！」|彼は立った。"),
    ("ur", "یہ ہے۔| وہ ہے۔"),
    ("my", "ဟုတ်ကဲ့။ |မဟုတ်ဘူး။"),
    ("km", "សួស្តី។| អរគុណ។"),
    ("am", "ሰላም።| እንዴት።"),
    ("hy", "Բարեւ։| Լավ։"),
    # Where the language is not known.
    ("und", "Dr. Smith left.| Im 19. Jahrhundert begann die Industrie.| It weighs 5.| It won."),
    ("und", "alles klein.| geschrieben hier"),
]


@pytest.mark.parametrize(("language", "text"), CASES, ids=[f"{language}-{text[:20]}" for language, text in CASES])
def test_sentences_end_where_a_reader_ends_them(language: str, text: str) -> None:
    parts = text.split("|")
    assert sentences("".join(parts), language) == [part.strip() for part in parts if part.strip()]


@pytest.mark.parametrize("language", [*SPOKEN_BY_ESPEAK, "und", "zz-Latn-ZZ"])
def test_in_no_language_a_decimal_a_host_or_an_initial_ends_a_sentence(language: str) -> None:
    text = "Xu 3.14 example.org Q. Xu, Dr. Xu 1.2 kg. Xu Xu! Xu Xu?"
    assert sentences(text, language) == ["Xu 3.14 example.org Q. Xu, Dr. Xu 1.2 kg.", "Xu Xu!", "Xu Xu?"]


@pytest.mark.parametrize(
    ("text", "does"),
    [("in the U.S.", True), ("tea, etc.", True), ("with Dr.", True), ("It ends.", False), ("x", False)],
)
def test_an_abbreviation_keeps_its_dot_at_the_end(text: str, does: bool) -> None:
    assert ends_with_abbreviation(text, "en") is does


@pytest.mark.parametrize(
    ("text", "ends"),
    [("Bees fly. They hum.", [9, 19]), ("Bees fly. They", [9]), ("One\nTwo", [4]), ("", []), ("!", [1])],
)
def test_a_sentence_without_a_mark_has_no_end(text: str, ends: list[int]) -> None:
    assert sentence_ends(text, "en") == ends


@pytest.mark.parametrize(
    ("part", "ends"),
    [
        ("Dr. Smith has 3.5 kg. ", 19_999),
        ("19. ", 1),
        ("a. ", 0),
        (".", 0),
        (". ", 1),
        ("。", 0),
        ('."', 0),
        (".»«", 0),
    ],
)
def test_a_long_text_is_read_in_one_go(part: str, ends: int) -> None:
    assert len(sentence_ends(f"A.{part * 20_000}x", "de")) == ends


@given(
    st.text(st.sampled_from("aB3Ä漢の। .!?…\"'»«“”)\n\u200d。．-")),
    st.sampled_from(["de", "en", "ja", "hi", "el", "und", "tr"]),
)
@example("X. ", "de")
@example(".", "de")
@example(" . A", "en")
def test_whatever_a_text_is_its_sentences_have_all_of_it(text: str, language: str) -> None:
    ends = sentence_ends(text, language)
    assert ends == sorted(set(ends))
    assert "".join("".join(sentences(text, language)).split()) == "".join(text.split())
