"""Words that carry grammar and not meaning; a language without a list falls back to long words."""

from __future__ import annotations

_LISTS = {
    "en": """
        a about above across after again against all almost along already also although always am among an and another
        any anything are around as at away back be became because become becomes been before began begin being below
        best better between big both bring brings but by call called came can cannot come comes could day days did
        different do does doing done down during each easy end enough especially even ever every everyone everything
        feel few find finds first for form found from full gave get gets give gives go goes going good got great had
        has have having he help helping helps her here high him his how huge i if important in into is it its
        itself just keep keeps kind kinds know known large last later learn let lets life like likes little live lives
        living long look looks lot lots made main make makes making many matter matters may maybe me mean means might
        more most much must my name need needed needs never new next nice no not nothing now of off often old on once
        one only onto or other others our out over own part parts people place places put quite really rather right
        same say says see seen send several she should show shows simple since small so some something sometimes soon
        special start started starts still story such sure take takes talk tell than that the their them themselves
        then there these they thing things think this those though through time times to today together too took
        toward turn turns two under until up upon us use used uses using usually very want wants was watch way ways
        we well went were what when where whether which while who whole whose why will with within without wonder
        wondered work works world would yet you young your it's they're we're don't can't won't you're that's
        there's isn't let's i'm amazing wonderful beautiful incredible special interesting healthy happy
        able across allow allows growing grow grows grew carry carries create creates creating provide provides
        remember responsible collect collects collecting enjoy explore travel travels flow flows move moves moving
        without difference example process reason history year years everyday essential vital crucial key role
        produce produces producing closely imagine actually simply far near bright
        """,
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei
        damit danach dann darum das dass dein deine dem den denn der des dessen dich die dies diese diesem diesen
        dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach er es etwas euch euer für ganz
        gar geht gibt gut habe haben hast hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren
        ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst kein keine keinen kommen kommt
        können könnte lang macht machen man manche mehr mein meine mit muss müssen nach nicht nichts noch nun nur ob
        oder ohne schon sehr sein seine seinem seinen seiner sich sie sind so sogar sollen soll sondern sonst um und
        uns unser unsere unter viel viele vielen vom von vor war waren warum was weil weit wenn wer werden wie wieder
        will wir wird wo wurde wurden während zu zum zur zwischen über wichtig heute tag leben welt dafür dazu sowie
        """,
    "es": """
        a al algo algunas algunos ante antes aquí así aún aunque cada como cómo con cual cuando de del desde donde dos
        durante e el ella ellas ellos en entre era es esa ese eso esta este esto estos están está fue gran ha hacer
        hace han hasta hay la las le les lo los mas más me mi mientras mucho muchos muy nada ni no nos nosotros o otra
        otro para pero poco por porque qué que se sea ser si sido sin sobre son su sus también tan tanto tiene tienen
        todo todos tu un una unas uno unos y ya importante importantes vida mundo
        """,
    "fr": """
        à afin ai ainsi au aussi autre aux avant avec avoir beaucoup bien ce cela ces cet cette chaque chez comme
        comment dans de des donc dont du elle elles en encore entre est et était être eux fait il ils je jour jusqu
        la là le les leur leurs lui ma mais me même mes moi moins mon ne ni non nos notre nous on ont ou où par parce
        pas peu peut plus pour pourquoi près qu quand que quel quelle qui sa sans se ses si son sont sous sur ta te
        tout tous toute toutes très tu un une vers vie vos votre vous y monde c'est importantes
        """,
    "it": """
        a ad ai al alla alle allo anche ancora avere c che chi ci come con così cosa da dal dalla dei del della delle
        di dove e è ed era essere fa fino fra gli ha hanno i il in io la le lei li lo loro lui ma mentre mi mia mio
        molto ne negli nel nella noi non nostro o ogni per perché più poi può quale quando questa questo qui se sé
        sempre senza si sia sono su sua sue sul sulla suo tra tu tutti tutto un una uno vi vita mondo importanti
        """,
    "pt": """
        a ao aos as até com como da das de dela dele do dos e é ela elas ele eles em entre era essa esse esta está
        este eu foi há isso isto já lhe mais mas me mesmo meu minha muito muitos na não nas nem no nos nós o os ou
        para pela pelo por porque quando que quem são se sem ser seu seus só sobre sua suas também te tem toda todos
        tudo um uma você vida mundo importantes
        """,
    "nl": """
        aan al alle alles als altijd ben bij daar dan dat de der deze die dit doen door dus een en er ge geen had heb
        hebben heeft het hier hij hoe hun ik in is ja je kan kunnen maar me meer men met mij mijn moet na naar niet
        niets nog nu of om omdat ons ook op over te toch toen tot u uit van veel voor want waren was wat we wel werd
        wij wordt zal ze zich zij zijn zo zonder zou waarom belangrijk wereld leven
        """,
}

STOP_WORDS = {language: frozenset(text.split()) for language, text in _LISTS.items()}

_FUNCTION_WORDS = """
    为什么 怎么样 如何 怎么 我们 你们 他们 它们 因为 所以 但是 如果 没有 一个 一些 这些 那些
    这个 那个 什么 可以 需要 非常 已经 正在 就是 不是 还是 以及 或者 重要 的 了 是 在 和 与
    也 都 就 着 过 把 被 让 给 从 到 对 很 最 更 又 这 那 它 他 她 我 你 们 吗 呢 吧
    啊 之 而 及 或 其 要 有 は が を に の と も で へ から まで です ます
"""
CHINESE_FUNCTION_WORDS = tuple(_FUNCTION_WORDS.split())
"""Longest first within each start, so that cutting at one leaves no piece of another."""
