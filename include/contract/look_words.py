"""Words of a topic that name a palette or a light, in the languages that have a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from include.contract.look import Light, Palette

_Named = TypeVar("_Named")
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_PART = 4
"""Letters that a German word needs to be looked for inside compounds too."""

LIGHT_WORDS: Mapping[Light, Mapping[str, str]] = {
    Light.NIGHT: {
        "en": "night midnight nocturnal moon moonlight star starry galaxy universe planet space dream sleep owl bat "
        "firefly lantern aurora",
        "de": "nacht mitternacht mond stern galaxie weltall weltraum planet traum schlaf eule fledermaus "
        "glühwürmchen laterne polarlicht",
        "zh": "夜 月亮 月光 星 银河 宇宙 太空 行星 梦 睡 猫头鹰 蝙蝠 萤火虫 灯笼 极光",
    },
    Light.DUSK: {
        "en": "evening dusk sunset twilight campfire",
        "de": "abend dämmerung sonnenuntergang lagerfeuer",
        "zh": "傍晚 黄昏 日落 夕阳 晚霞 篝火",
    },
    Light.DAWN: {
        "en": "morning dawn sunrise breakfast daybreak",
        "de": "morgen morgenrot sonnenaufgang frühstück tagesanbruch",
        "zh": "早晨 清晨 早上 黎明 日出 早餐 朝霞",
    },
    Light.GOLDEN: {
        "en": "autumn harvest golden gold amber october",
        "de": "herbst ernte golden gold bernstein oktober",
        "zh": "秋 丰收 收获 金色 黄金 琥珀",
    },
    Light.DAY: {
        "en": "day noon summer sunshine sunny midday",
        "de": "mittag sommer sonnenschein sonnig tageslicht",
        "zh": "白天 正午 夏天 夏日 阳光 晴天",
    },
}
"""Looked through from the top: a starry summer is a night."""

PALETTE_WORDS: Mapping[Palette, Mapping[str, str]] = {
    Palette.SEA: {
        "en": "sea ocean river lake water wave coast beach island fish whale dolphin shark coral reef ship boat sail "
        "harbour harbor tide rain penguin ice iceberg",
        "de": "meer ozean fluss flüsse wasser welle küste strand insel fisch delfin korallen schiff segel hafen "
        "gezeiten regen pinguin eisberg",
        "zh": "海 洋 河 湖 江 水 浪 岛 鱼 鲸 珊瑚 船 帆 港 潮 雨 企鹅 冰",
    },
    Palette.DESERT: {
        "en": "desert sand dune camel cactus canyon pyramid egypt clay savanna savannah volcano mars",
        "de": "wüste sand düne kamel kaktus kakteen pyramide ägypten savanne vulkan mars",
        "zh": "沙漠 沙 骆驼 仙人掌 峡谷 金字塔 埃及 草原 火山 火星",
    },
    Palette.FOREST: {
        "en": "forest wood woodland tree jungle rainforest mushroom moss fern bear wolf fox deer owl squirrel leaf "
        "leaves dinosaur",
        "de": "wald wälder baum bäume dschungel pilz moos farn bären wolf wölfe fuchs hirsch eule eichhörnchen "
        "blatt blätter dinosaurier",
        "zh": "森林 树 林 丛林 蘑菇 苔 熊 狼 狐 鹿 猫头鹰 松鼠 叶 恐龙",
    },
    Palette.MEADOW: {
        "en": "meadow bee honey flower garden grass field farm butterfly insect cow sheep horse rabbit pasture "
        "pollen seed",
        "de": "wiese biene honig hummel blume garten gärten gras feld bauernhof schmetterling insekt schafe pferd "
        "kaninchen weide samen",
        "zh": "草地 蜂 蜜 花园 田 农场 蝴蝶 昆虫 牛 羊 马 兔 种子",
    },
    Palette.BLOSSOM: {
        "en": "blossom spring cherry sakura rose tulip love wedding friendship heart family baby",
        "de": "blüte frühling kirsche rose tulpe liebe hochzeit freundschaft herz familie",
        "zh": "花 春 樱 玫瑰 爱 婚礼 友谊 心 家庭 宝宝",
    },
    Palette.CITRUS: {
        "en": "lemon orange sun sunflower summer bread bakery kitchen cooking cook food pizza cheese market honeycomb",
        "de": "zitrone orange sonne sonnenblume sommer brot bäckerei küche kochen essen pizza käse markt",
        "zh": "柠檬 橙 太阳 向日葵 夏 面包 厨房 做饭 烹饪 食物 奶酪 市场",
    },
    Palette.BERRY: {
        "en": "berry strawberry blueberry grape wine jam fruit music dance theatre theater festival galaxy universe "
        "space",
        "de": "beere traube wein marmelade obst musik tanz theater festival galaxie weltall weltraum",
        "zh": "莓 葡萄 酒 果酱 水果 音乐 舞 剧院 节日 银河 宇宙 太空",
    },
    Palette.SLATE: {
        "en": "city street stone rock mountain iron steel robot computer machine engine train bridge castle history "
        "winter snow bicycle car",
        "de": "stadt städte straße stein felsen berg eisen stahl roboter computer maschine motor eisenbahn brücke "
        "burg geschichte winter schnee fahrrad auto",
        "zh": "城市 街 石 岩 山 铁 钢 机器 电脑 引擎 火车 桥 城堡 历史 冬 雪 自行车 汽车",
    },
}
"""Looked through from the top, for the topic's first word that any list has."""


def named_by(table: Mapping[_Named, Mapping[str, str]], text: str, language: str) -> _Named | None:
    """What the words of `text` name first; between two that the same word names, the upper one of `table`."""
    tongue = language.split("-")[0].lower()
    places = [(_place(words.get(tongue, "").split(), text, tongue), named) for named, words in table.items()]
    found = [(place, order, named) for order, (place, named) in enumerate(places) if place is not None]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _place(names: list[str], text: str, tongue: str) -> int | None:
    """Where in `text` the first of `names` stands."""
    text = text.casefold()
    if tongue == "zh":
        places = [text.find(name) for name in names]
    else:
        places = [word.start() for word in _WORD.finditer(text) if _is_one_of(word.group(), names, tongue)]
    return min((place for place in places if place >= 0), default=None)


def _is_one_of(word: str, names: list[str], tongue: str) -> bool:
    if tongue == "de":
        return any(word == name or (len(name) >= _SHORTEST_PART and name in word) for name in names)
    singulars = {word, word.removesuffix("s"), word.removesuffix("es")}
    if word.endswith("ies"):
        singulars.add(word.removesuffix("ies") + "y")
    return not singulars.isdisjoint(names)
