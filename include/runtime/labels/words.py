"""What a label says, language by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """One language's. A sentence is read and spoken, a badge stands in a corner."""

    trained: str
    """A trained model wrote, drew or spoke some of it."""
    trained_badge: str
    algorithmic: str
    """Rules made it."""
    algorithmic_badge: str


SENTENCES: Mapping[str, Words] = {
    "af": Words(
        "Hierdie inhoud is met kunsmatige intelligensie geskep.",
        "Met KI geskep",
        "Hierdie inhoud is outomaties geskep.",
        "Outomaties geskep",
    ),
    "ar": Words(
        "أُنشئ هذا المحتوى باستخدام الذكاء الاصطناعي.",
        "أُنشئ بالذكاء الاصطناعي",
        "أُنشئ هذا المحتوى تلقائيًا.",
        "أُنشئ تلقائيًا",
    ),
    "az": Words(
        "Bu məzmun süni intellektin köməyi ilə yaradılıb.",
        "Sİ ilə yaradılıb",
        "Bu məzmun avtomatik yaradılıb.",
        "Avtomatik yaradılıb",
    ),
    "be": Words(
        "Гэты матэрыял створаны з дапамогай штучнага інтэлекту.",
        "Створана ШІ",
        "Гэты матэрыял створаны аўтаматычна.",
        "Створана аўтаматычна",
    ),
    "bg": Words(
        "Това съдържание е създадено с помощта на изкуствен интелект.",
        "Създадено с ИИ",
        "Това съдържание е създадено автоматично.",
        "Създадено автоматично",
    ),
    "bn": Words(
        "এই বিষয়বস্তু কৃত্রিম বুদ্ধিমত্তা দিয়ে তৈরি করা হয়েছে।",
        "এআই দিয়ে তৈরি",
        "এই বিষয়বস্তু স্বয়ংক্রিয়ভাবে তৈরি করা হয়েছে।",
        "স্বয়ংক্রিয়ভাবে তৈরি",
    ),
    "bs": Words(
        "Ovaj sadržaj je napravljen pomoću vještačke inteligencije.",
        "Napravljeno pomoću AI",
        "Ovaj sadržaj je napravljen automatski.",
        "Automatski napravljeno",
    ),
    "ca": Words(
        "Aquest contingut s’ha creat amb intel·ligència artificial.",
        "Generat amb IA",
        "Aquest contingut s’ha generat automàticament.",
        "Creació automàtica",
    ),
    "cs": Words(
        "Tento obsah byl vytvořen pomocí umělé inteligence.",
        "Vytvořeno pomocí AI",
        "Tento obsah byl vytvořen automaticky.",
        "Vytvořeno automaticky",
    ),
    "cy": Words(
        "Crëwyd y cynnwys hwn gyda deallusrwydd artiffisial.",
        "Crëwyd gydag AI",
        "Crëwyd y cynnwys hwn yn awtomatig.",
        "Crëwyd yn awtomatig",
    ),
    "da": Words(
        "Dette indhold er lavet med kunstig intelligens.",
        "AI-genereret",
        "Dette indhold er lavet automatisk.",
        "Automatisk genereret",
    ),
    "de": Words(
        "Dieser Inhalt wurde mit künstlicher Intelligenz erstellt.",
        "KI-generiert",
        "Dieser Inhalt wurde automatisch erstellt.",
        "Automatisch erstellt",
    ),
    "el": Words(
        "Αυτό το περιεχόμενο δημιουργήθηκε με τεχνητή νοημοσύνη.",
        "Δημιουργία με ΤΝ",
        "Αυτό το περιεχόμενο δημιουργήθηκε αυτόματα.",
        "Αυτόματη δημιουργία",
    ),
    "en": Words(
        "This content was created with artificial intelligence.",
        "AI-generated",
        "This content was generated automatically.",
        "Automatically generated",
    ),
    "eo": Words(
        "Ĉi tiu enhavo estas kreita per artefarita intelekto.",
        "Kreita per AI",
        "Ĉi tiu enhavo estas kreita aŭtomate.",
        "Aŭtomate kreita",
    ),
    "es": Words(
        "Este contenido se ha creado con inteligencia artificial.",
        "Generado con IA",
        "Este contenido se ha generado automáticamente.",
        "Creación automática",
    ),
    "et": Words(
        "See sisu on loodud tehisintellekti abil.",
        "Loodud tehisaruga",
        "See sisu on loodud automaatselt.",
        "Automaatselt loodud",
    ),
    "eu": Words(
        "Eduki hau adimen artifizialaren bidez sortu da.",
        "AA bidez sortua",
        "Eduki hau automatikoki sortu da.",
        "Automatikoki sortua",
    ),
    "fa": Words(
        "این محتوا با هوش مصنوعی ساخته شده است.",
        "ساخته‌شده با هوش مصنوعی",
        "این محتوا به‌صورت خودکار ساخته شده است.",
        "ساخته‌شده به‌صورت خودکار",
    ),
    "fi": Words(
        "Tämä sisältö on tehty tekoälyn avulla.",
        "Tekoälyn tuottama",
        "Tämä sisältö on tuotettu automaattisesti.",
        "Koneen tuottama",
    ),
    "fr": Words(
        "Ce contenu a été créé à l’aide de l’intelligence artificielle.",
        "Généré par IA",
        "Ce contenu a été généré automatiquement.",
        "Création automatique",
    ),
    "gu": Words(
        "આ સામગ્રી કૃત્રિમ બુદ્ધિમત્તાની મદદથી બનાવવામાં આવી છે.",
        "AI વડે બનાવેલું",
        "આ સામગ્રી આપમેળે બનાવવામાં આવી છે.",
        "આપમેળે બનાવેલું",
    ),
    "he": Words(
        "התוכן הזה נוצר בעזרת בינה מלאכותית.",
        "נוצר בבינה מלאכותית",
        "התוכן הזה נוצר באופן אוטומטי.",
        "נוצר אוטומטית",
    ),
    "hi": Words(
        "यह सामग्री कृत्रिम बुद्धिमत्ता की मदद से बनाई गई है।",
        "एआई से निर्मित",
        "यह सामग्री स्वचालित रूप से बनाई गई है।",
        "स्वचालित रूप से निर्मित",
    ),
    "hr": Words(
        "Ovaj je sadržaj izrađen pomoću umjetne inteligencije.",
        "Izrađeno pomoću AI-ja",
        "Ovaj je sadržaj izrađen automatski.",
        "Automatski izrađeno",
    ),
    "hu": Words(
        "Ez a tartalom mesterséges intelligencia segítségével készült.",
        "MI-vel készült",
        "Ez a tartalom automatikusan készült.",
        "Automatikus tartalom",
    ),
    "hy": Words(
        "Այս բովանդակությունը ստեղծվել է արհեստական բանականությամբ։",
        "Ստեղծված է ԱԲ-ով",
        "Այս բովանդակությունը ստեղծվել է ավտոմատ կերպով։",
        "Ստեղծված է ավտոմատ",
    ),
    "id": Words(
        "Konten ini dibuat dengan kecerdasan buatan.",
        "Dibuat dengan AI",
        "Konten ini dibuat secara otomatis.",
        "Dibuat secara otomatis",
    ),
    "is": Words(
        "Þetta efni var búið til með gervigreind.",
        "Búið til með gervigreind",
        "Þetta efni var búið til sjálfvirkt.",
        "Búið til sjálfvirkt",
    ),
    "it": Words(
        "Questo contenuto è stato creato con l’intelligenza artificiale.",
        "Generato con l’IA",
        "Questo contenuto è stato generato automaticamente.",
        "Creazione automatica",
    ),
    "ja": Words(
        "このコンテンツは人工知能を使って作成されました。",
        "AI生成",
        "このコンテンツは自動的に作成されました。",
        "自動生成",
    ),
    "ka": Words(
        "ეს მასალა შექმნილია ხელოვნური ინტელექტის დახმარებით.",
        "შექმნილია AI-ით",
        "ეს მასალა ავტომატურად არის შექმნილი.",
        "ავტომატური შინაარსი",
    ),
    "kk": Words(
        "Бұл мазмұн жасанды интеллекттің көмегімен жасалған.",
        "ЖИ арқылы жасалған",
        "Бұл мазмұн автоматты түрде жасалған.",
        "Автоматты мазмұн",
    ),
    "kn": Words(
        "ಈ ವಿಷಯವನ್ನು ಕೃತಕ ಬುದ್ಧಿಮತ್ತೆಯ ಸಹಾಯದಿಂದ ರಚಿಸಲಾಗಿದೆ.",
        "AI ಸೃಷ್ಟಿ",
        "ಈ ವಿಷಯವನ್ನು ಸ್ವಯಂಚಾಲಿತವಾಗಿ ರಚಿಸಲಾಗಿದೆ.",
        "ಸ್ವಯಂಚಾಲಿತ ಸೃಷ್ಟಿ",
    ),
    "ko": Words(
        "이 콘텐츠는 인공지능으로 제작되었습니다.",
        "AI 생성",
        "이 콘텐츠는 자동으로 생성되었습니다.",
        "자동 생성",
    ),
    "ky": Words(
        "Бул материал жасалма интеллекттин жардамы менен түзүлгөн.",
        "ЖИ менен түзүлгөн",
        "Бул материал автоматтык түрдө түзүлгөн.",
        "Автоматтык мазмун",
    ),
    "lb": Words(
        "Dësen Inhalt gouf mat kënschtlecher Intelligenz erstallt.",
        "KI-generéiert",
        "Dësen Inhalt gouf automatesch erstallt.",
        "Automatesch erstallt",
    ),
    "lt": Words(
        "Šis turinys sukurtas naudojant dirbtinį intelektą.",
        "Sukurta naudojant DI",
        "Šis turinys sukurtas automatiškai.",
        "Sukurta automatiškai",
    ),
    "lv": Words(
        "Šis saturs ir veidots ar mākslīgo intelektu.",
        "Veidots ar MI",
        "Šis saturs ir veidots automātiski.",
        "Veidots automātiski",
    ),
    "mk": Words(
        "Оваа содржина е создадена со помош на вештачка интелигенција.",
        "Создадено со ВИ",
        "Оваа содржина е создадена автоматски.",
        "Создадено автоматски",
    ),
    "ml": Words(
        "ഈ ഉള്ളടക്കം നിർമ്മിതബുദ്ധി ഉപയോഗിച്ച് നിർമ്മിച്ചതാണ്.",
        "AI നിർമ്മിതം",
        "ഈ ഉള്ളടക്കം സ്വയമേവ നിർമ്മിച്ചതാണ്.",
        "സ്വയമേവ നിർമ്മിച്ചത്",
    ),
    "mr": Words(
        "हा आशय कृत्रिम बुद्धिमत्तेच्या मदतीने तयार केला आहे.",
        "एआयद्वारे निर्मित",
        "हा आशय स्वयंचलितपणे तयार केला आहे.",
        "स्वयंचलितपणे तयार",
    ),
    "ms": Words(
        "Kandungan ini dihasilkan dengan kecerdasan buatan.",
        "Dijana oleh AI",
        "Kandungan ini dihasilkan secara automatik.",
        "Dijana secara automatik",
    ),
    "mt": Words(
        "Dan il-kontenut inħoloq bl-intelliġenza artifiċjali.",
        "Maħluq bl-IA",
        "Dan il-kontenut inħoloq awtomatikament.",
        "Ħolqien awtomatiku",
    ),
    "nb": Words(
        "Dette innholdet er laget med kunstig intelligens.",
        "KI-generert",
        "Dette innholdet er laget automatisk.",
        "Automatisk generert",
    ),
    "ne": Words(
        "यो सामग्री कृत्रिम बुद्धिमत्ताको सहायताले तयार गरिएको हो।",
        "एआईद्वारा निर्मित",
        "यो सामग्री स्वचालित रूपमा तयार गरिएको हो।",
        "स्वचालित रूपमा निर्मित",
    ),
    "nl": Words(
        "Deze inhoud is gemaakt met kunstmatige intelligentie.",
        "Gemaakt met AI",
        "Deze inhoud is automatisch gemaakt.",
        "Automatisch gemaakt",
    ),
    "pa": Words(
        "ਇਹ ਸਮੱਗਰੀ ਮਸਨੂਈ ਬੁੱਧੀ ਦੀ ਮਦਦ ਨਾਲ ਬਣਾਈ ਗਈ ਹੈ।",
        "AI ਨਾਲ ਬਣਾਇਆ",
        "ਇਹ ਸਮੱਗਰੀ ਆਪਣੇ ਆਪ ਬਣਾਈ ਗਈ ਹੈ।",
        "ਆਪਣੇ ਆਪ ਬਣਾਇਆ",
    ),
    "pl": Words(
        "Ta treść powstała z użyciem sztucznej inteligencji.",
        "Utworzone przez AI",
        "Ta treść została wygenerowana automatycznie.",
        "Treść automatyczna",
    ),
    "pt": Words(
        "Este conteúdo foi criado com inteligência artificial.",
        "Gerado por IA",
        "Este conteúdo foi gerado automaticamente.",
        "Criação automática",
    ),
    "ro": Words(
        "Acest conținut a fost creat cu ajutorul inteligenței artificiale.",
        "Generat cu IA",
        "Acest conținut a fost generat automat.",
        "Generat automat",
    ),
    "ru": Words(
        "Этот материал создан с помощью искусственного интеллекта.",
        "Создано ИИ",
        "Этот материал создан автоматически.",
        "Создано машиной",
    ),
    "sk": Words(
        "Tento obsah bol vytvorený pomocou umelej inteligencie.",
        "Vytvorené pomocou AI",
        "Tento obsah bol vytvorený automaticky.",
        "Vytvorené automaticky",
    ),
    "sl": Words(
        "Ta vsebina je bila ustvarjena z umetno inteligenco.",
        "Ustvarjeno z UI",
        "Ta vsebina je bila ustvarjena samodejno.",
        "Samodejno ustvarjeno",
    ),
    "sq": Words(
        "Kjo përmbajtje është krijuar me inteligjencë artificiale.",
        "Krijuar me IA",
        "Kjo përmbajtje është krijuar automatikisht.",
        "Krijuar automatikisht",
    ),
    "sr": Words(
        "Овај садржај је направљен помоћу вештачке интелигенције.",
        "Направљено помоћу ВИ",
        "Овај садржај је направљен аутоматски.",
        "Аутоматски направљено",
    ),
    "sr-Latn": Words(
        "Ovaj sadržaj je napravljen pomoću veštačke inteligencije.",
        "Napravljeno pomoću VI",
        "Ovaj sadržaj je napravljen automatski.",
        "Automatski napravljeno",
    ),
    "sv": Words(
        "Det här innehållet har skapats med artificiell intelligens.",
        "AI-genererat",
        "Det här innehållet har skapats automatiskt.",
        "Automatiskt skapat",
    ),
    "sw": Words(
        "Maudhui haya yametengenezwa kwa akili bandia.",
        "Yameundwa kwa AI",
        "Maudhui haya yametengenezwa kiotomatiki.",
        "Yameundwa kiotomatiki",
    ),
    "ta": Words(
        "இந்த உள்ளடக்கம் செயற்கை நுண்ணறிவைக் கொண்டு உருவாக்கப்பட்டது.",
        "AI ஆக்கம்",
        "இந்த உள்ளடக்கம் தானியங்கியாக உருவாக்கப்பட்டது.",
        "தானியங்கி ஆக்கம்",
    ),
    "te": Words(
        "ఈ కంటెంట్ కృత్రిమ మేధస్సుతో రూపొందించబడింది.",
        "AI సృష్టి",
        "ఈ కంటెంట్ స్వయంచాలకంగా రూపొందించబడింది.",
        "స్వయంచాలక సృష్టి",
    ),
    "th": Words(
        "เนื้อหานี้สร้างขึ้นด้วยปัญญาประดิษฐ์",
        "สร้างด้วย AI",
        "เนื้อหานี้สร้างขึ้นโดยอัตโนมัติ",
        "สร้างโดยอัตโนมัติ",
    ),
    "tr": Words(
        "Bu içerik yapay zekâ ile üretilmiştir.",
        "Yapay zekâ ile üretildi",
        "Bu içerik otomatik olarak üretilmiştir.",
        "Otomatik üretildi",
    ),
    "uk": Words(
        "Цей матеріал створено за допомогою штучного інтелекту.",
        "Створено ШІ",
        "Цей матеріал створено автоматично.",
        "Створено автоматично",
    ),
    "ur": Words(
        "یہ مواد مصنوعی ذہانت کی مدد سے تیار کیا گیا ہے۔",
        "اے آئی سے تیار کردہ",
        "یہ مواد خودکار طور پر تیار کیا گیا ہے۔",
        "خودکار طور پر تیار کردہ",
    ),
    "uz": Words(
        "Bu kontent sun’iy intellekt yordamida yaratilgan.",
        "SI yordamida yaratilgan",
        "Bu kontent avtomatik tarzda yaratilgan.",
        "Avtomatik yaratilgan",
    ),
    "vi": Words(
        "Nội dung này được tạo bằng trí tuệ nhân tạo.",
        "Tạo bằng AI",
        "Nội dung này được tạo tự động.",
        "Tạo tự động",
    ),
    "yue": Words(
        "呢段內容係用人工智能製作嘅。",
        "AI 生成",
        "呢段內容係自動生成嘅。",
        "自動生成",
    ),
    "zh": Words(
        "本内容由人工智能生成。",
        "AI生成",
        "本内容由计算机自动生成。",
        "自动生成",
    ),
    "zh-Hant": Words(
        "本內容由人工智慧生成。",
        "AI 生成",
        "本內容由電腦自動生成。",
        "自動生成",
    ),
}
"""By BCP 47 tag; a tag that is not here is looked for without its last part."""
