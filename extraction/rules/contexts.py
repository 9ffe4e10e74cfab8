"""Comparison contexts: mentions that belong to another product because of how the clause is built.

Three constructions put a mention outside the own product:

- it is the standard of a comparison ("unlike X", "lighter than X", "as soft as X", 比X); the standard ends with its phrase,
  so at a comma that begins neither a relative clause nor a list;
- its clause has another product as subject or owner ("my old kettle held"); that stays the topic until the text comes back
  to the product ("this one");
- its clause sends the reader to another product ("take the Drift").

``extraction.rules.ownership`` adds what depends on the product's class, ``extraction.rules.moods`` what is not stated.
"""

from __future__ import annotations

import re
from functools import lru_cache

_OTHERS = r"old|older|previous|former|earlier|preceding|competing|rival|outgoing|discontinued"
_SIZES = (
    r"bigger|smaller|larger|slimmer|cheaper|dearer|pricier|heavier|lighter|longer|shorter|taller|plain|basic"
)
_KIN = r"one|ones|model|models|version|versions|sister|brother|sibling|variant|edition|generation|size|pack|pair|sizes"
_NAME = r"(?-i:[A-Z0-9])"
_OWNED = r"(?:my|our|his|her|their|your)"
_ACQUAINTANCE = (
    r"(?:neighbou?r|friend|colleague|co-?worker|mate|buddy|room-?mate|flat-?mate|classmate|team-?mate|boss)"
)
"""People outside the household: what is theirs is not what the reviewer bought."""
_PRONOUN = r"(?:i|we|you|it|they|he|she|this|these|what|ever|before|usual|just|possible|needed|necessary)\b"
_NUMBERED = r"(?:\d[\w.,]*(?:[- ]\w+)?|(?:one|two|three|four|five|six|eight|ten|twelve)-\w+)"

_STANDARD = (
    r"\b(?:unlike|compared (?:to|with)|in comparison|versus|vs\.?|rather than|instead of|as opposed to|similar to|akin to|"
    rf"next to (?:the|my|its|an?) (?=(?:\w+ )?(?:model|version|one|brand|pair)\b|{_NAME})|"
    r"alternative to|successor (?:to|of)|relative to)(?!\w)"
    # "Than 900 g" alone is a bound of the own product; "than the 900 g Drift" is another's.
    rf"|(?<!barely more )(?<!little more )(?<!nothing more )(?<!hardly more )(?<!other )"
    rf"\bthan (?:(?:the|my|its|our|your|a|an|any|most|other|those|that)\b(?! (?:hour|day|week|minute|metre|meter|"
    rf"kilo)\b)|{_NAME}[a-z])"
    rf"|\b(?:(?!other|rather)[a-z]{{2,}}er|(?:more|less) (?!than)[\w-]+) than (?!not\b|{_PRONOUN})"
    r"(?!expected|anticipated|advertised|described|pictured|half|one|two|three)(?=[a-z]+\b(?! ?\d))"
    rf"|\bas (?!{_PRONOUN}|well|far|soon|long|much|many|few|little)[\w-]+(?: (?!or|and)\w+)? as "
    rf"(?!{_PRONOUN}|the \d|new\b|well\b|can\b|could\b|shown\b|\w+ed\b)(?=[a-z])"
    r"|(?:\bnot|n['’]t) (?:\w+ )?as [\w-]+ as (?=(?:the|an?) \d)"
    rf"|\bas (?:the|my|our) (?:\w+ ){{1,2}}(?=with\b|of\b|from\b)"
    r"|\b(?:up|down) from (?=(?:the |its |a )?(?:\w+ )?\d)|\b(?:previously|formerly|used to be) (?=\d)"
    r"|\b(?:went|came|coming|switch(?:ed|ing)|mov(?:ed|ing)|upgrad(?:ed|ing)|chang(?:ed|ing)) (?:over )?from "
    r"(?=[^.;!?\n]{2,60}\bto\b)"
    r"|从(?=[^，。；！？\n]{1,14}(?:换|改|升级)[到成为])"
    r"|相比|比起|相较|较之|不像|不同于|区别于|优于|胜过|超越|比得上|不如|不及|逊于|代替|取代"
    r"|(?:与|和|跟|同)(?=[^，。；！？,\n]{2,16}(?:相比|相较|比起来|不同|不一样))"
    r"|(?<![对类百反占性相价])比(?![例较如赛率重特价基起得])"
)
_OTHER = (
    rf"\b(?:my|the|our|your|his|her|their|its|an?|some|most|many)\s+(?:{_OTHERS})\b"
    r"(?!\s+(?:times?|days?|weeks?|months?|years?|hours?|school|fashioned|hand|age|than|\d))"
    rf"|\b(?:my|our|his|her|their)\s+(?:last|other)\s+(?!time|thing|minute|word|hand|half|\d)|\bthe\s+(?:last|"
    rf"other)\s+(?:{_KIN})\b"
    rf"|\b{_OWNED}\s+(?:\w+\s+)?\w+['’]s\s+(?:\w+\s+){{0,2}}(?:{_KIN}|set|unit)\b"
    # Not "for a friend's wedding".
    rf"|(?<!for )(?<!at )(?<!to )(?<!in )(?<!on )(?<!of )(?<!from )"
    rf"\b(?:{_OWNED}|the|an?)\s+(?:\w+\s+)?{_ACQUAINTANCE}(?:['’]s|s['’])\s"
    rf"|\b(?:{_OWNED}|the|an?)\s+{_ACQUAINTANCE}s?\s+(?:has|have|had|owns?|uses?|bought)\b"
    rf"|\b(?:the|our|its)\s+(?:{_SIZES})\s+(?:(?:\w+\s+)?(?:{_KIN})\b|{_NAME}[a-z])"
    rf"|\b{_OWNED}\s+\w+\s+(?:has|have|had|owns?|got|bought|ordered|uses?|wears?)\s+"
    rf"(?=(?:the|an?)\s+(?:[\w-]+\s+){{0,3}}(?:{_KIN})\b)"
    r"|\b(?:the|an?)\s+\w+\s+(?:i|we)\s+(?:\w+\s+)?(?:tried|used|had|bought|owned)\s+before\b"
    rf"|\bour\s+{_NUMBERED}\s+(?:models?|versions?|variants?|editions?)\b"
    rf"|\b(?:the|its|our) (?:original|first)(?:[- ]generation)?\s+(?:{_KIN}|{_NAME}[a-z]\w+\s+(?:weigh|"
    rf"ha[ds]|held|measure|was)\w*)\b"
    r"|\b(?:all|any|many|most|the) others\b|\b(?:any|every) other (?=(?:\w+\s){1,3}(?:i|we|that|on the market)\b)"
    r"|\banother (?:brand|maker|model|product|one)\b"
    r"|\bothers?\b(?!\s+(?:have |had )?(?:noted|said|mentioned|reported|stated|complained|found))"
    r"(?=\s+(?:brands?|makers?|models?|products?|weigh|have|use|are|need)\b)"
    r"|\b(?:other|competing|rival) (?:brands?|makers?|models?|products?)\b|\bpredecessors?\b|\bcompetitors?\b"
    r"|\b(?:last|previous) (?:year['’]s|season['’]s|generation|gen)\b"
    r"|\b(?:(?:most|many|ordinary|typical|conventional|regular|normal|traditional|average)\s+(?:\w+\s+)?(?!but\b|and\b)\w+|"
    r"(?:(?<!any )(?<!the )other|standard)\s+(?!(?:\w+\s+)?(?:parts|components|colou?rs|features|accessories|pieces|"
    r"surfaces|"
    r"details|materials|sizes|reviews|reviewers|users|customers|days|times|tools|ways|things)\b)(?:\w+\s+)?\w{2,}[^s\W]s)\s+"
    r"(?=(?:weigh|hold|ha[sv]e?|are|is|use|measure|last|cost|come|need|run)s?\b)"
    rf"|\bthe (?:19|20)\d\d (?:{_KIN})\b"
    rf"|\bthe (?=\d[\d.,]*[\s-]?[A-Za-z\"]{{1,10}}\s+(?:{_KIN})\b[^.!?\n]*\bthis (?:one|model|version)\b)"
    r"|\b(?:customers|shoppers|people|buyers|others)(?: who [^.,;]{1,20})? also (?:buy|bought|viewed|liked?|purchased)\b"
    r"|\byou (?:may|might|could) also (?:like|need|want)\b|\b(?:frequently|often) bought together\b|"
    r"\brelated (?:products|items)\b"
    rf"|\b{_OWNED}\s+(?:\w+\s+)?\w+['’]s\b(?=[^.!?\n]{{0,80}}(?:[,;]|\b(?:but|while|"
    rf"whereas))\s*(?:but |while |whereas |and )?"
    rf"(?:mine|ours|these|this)\b)"
    r"|(?:^|(?<=[，。；！？,;\n]))\s*(?:我|我们)?(?:以前|之前|过去|曾经|原先|原来|上次)(?=[^，。；\n]{0,4}[\u3400-\u9fff])|猜你喜欢|相关(?:推荐|商品|产品)|(?:买家|顾客|用户)还(?:购?买|看)了|搭配推荐"
    r"|(?:之前|以前|原来|原先|上次|去年)(?:那|的(?!价格|样子)|用的|买的)|(?:老公|老婆|丈夫|妻子|同事|朋友)(?:买的|用的|那)是?|另一款|那个有|我之前|旧款|老款|前一?代|前作|"
    r"(?<![马早晚])上一(?:代|款|版|个(?!台阶|档次|层次)|台(?!阶)|副|双|件|条|把|支|部|只)|其[他它](?:品牌|牌子|家)|别家|别人家?的|"
    r"(?:同事|朋友|邻居|室友|舍友|同学|闺蜜|哥们|老板)(?:们|家)?(?:的|那|用的|买的)|"
    r"(?<![^\W\d_])人家(?!庭)|友商|竞品|同类产品|市面上|市售|同价位|"
    r"(?<![\u3400-\u9fff])(?:(?:特|加|超)?[大中小]|迷你)号?[款版型](?!本)|(?<![\u3400-\u9fff])[一二两三四五六\d]人[款版]|"
    r"(?:另|还|也)有(?=[^，。；\n]{0,12}(?:款|版|装|可选|选购|可供选择))|"
    r"(?:普通|一般|传统|常规|其[他它]|别的|很多|大多数?|多数|不少|有些)的?(?!人|朋友|顾客|用户|买家|时候|情况|颜色|地方|部[件分]|材[质料]|工艺)"
    r"[\u4e00-\u9fff]{1,6}?(?:都|要|是|用|采用|需要?|只有|只能)"
)
_SENDING = r"look at|take|try|choose|pick|consider|see|go for|check out|switch to|upgrade to"
_SENT = (
    rf"\b(?:{_SENDING}|get|prefer|want|need|recommend|suggest|offer)\s+(?:the|our|an?)\s+"
    rf"(?=(?:\w+\s+)?\d[\d.,]*(?:[\s-]?[A-Za-z\"]{{1,10}})?\s+(?:{_KIN})\b)"
    rf"|\b(?:{_SENDING}|came from|also available as|available as)\s+(?:the|our|an?)\s+(?={_NAME}[a-z])"
    r"|\b(?:switch|change|move|swap) (?:over )?to our\b"
    r"|\b(?:also |now |is |are )?available (?:as|in)\b(?! an? (?:[\w-]+ )?(?:pack|set|box|bag|roll|case|bundle)\b)"
    r"|(?:可以?|请|不妨|建议)?(?:看看|选择?|选购|考虑)(?=我们的|本店的?|另)|请选"
)
_FOREIGN = re.compile(f"(?P<standard>{_STANDARD})|(?P<other>{_OTHER})|(?P<sent>{_SENT})", re.IGNORECASE)
# What follows these is about the own product again.
_BACK = re.compile(
    r"[.;!?](?=\s|$)|[;。；！？\n]|[,，](?:\s(?:and|but|so|this|these|it|mine|now|ours|made|built|crafted|"
    r"knitted|woven|weighing|holding|lasting|offering|featuring)\b|这)"
    r"|\b(?:this (?:one|model|version|\w+)|but|yet|mine|while|whereas|the new(?:er)?|"
    r"and (?:it|this|i|they))\b|ours\b|today['’]s\b|this year['’]s\b|[,，]它|"
    r"而这|这[款个次副台件双条把支套只]|此款|(?<![根基成日版记样原剧课])本(?![来身地土人性质能领着])|新款|现在|现已|如今|今年|这次|我们(?!的)|"
    r"我家|更[^，。；\n]{1,4}[，,]",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(
    r"\band (?=(?:much|even|far|way) \w+er\b|(?:more|less) \w+ than\b)|"
    # Not before a relative clause, and not within a list that "or" closes.
    r"[,，](?!\s(?:which|who|whose|that|where)\b)(?!(?:\s*[\w-]+(?: [\w-]+)?,)*\s*(?:[\w-]+(?: [\w-]+)?,? )?or\b)",
    re.IGNORECASE,
)
_TO = re.compile(r"\bto\b|(?:换|改|升级)[到成为]", re.IGNORECASE)
_SUBJECT = re.compile(r"\s(?:it|they)(?:['’]s|\s(?:\w+s|are|have|can|will))\b", re.IGNORECASE)
_RELATIVE = re.compile(r",\s(?:which|who|whose|that|where)\b[^,.;!?\n]*,", re.IGNORECASE)
_SUBORDINATE = re.compile(r"[^\w]*(?:where|whereas|while|although|though)\b", re.IGNORECASE)
_MORE_ZH = re.compile(r"更|还要?|多了|增加|新增|升级|都(?=有|是)")
"""In a comparison with 比, what follows these is said of the product, unless it is the difference itself."""
_SHARE_OF = re.compile(
    r"\b(?:half|twice|double|a (?:third|quarter|fraction|tenth)(?: of)?|\w+ times) the \w+(?: \w+)? of\s+"
    r"(?:the\s+|an?\s+)?(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
"""Right before what a product is measured by: "half the effort of cast iron"."""
_LOOK_OF = re.compile(
    r"\b(?:ha[sd]|have|having|gives?|giving|gave|with|offers?|mimics?|imitates?|for)\s+(?:it\s+)?(?:all\s+)?(?:the|an?)\s+"
    r"(?:\w+\s+)?(?:look|feel|appearance|effect|illusion)\s+(?:and \w+ )?of\s+(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_SENT_ON = re.compile(
    r"(?:\b(?:if|should|when|in case)\s+you\b|\bfor (?:those|anyone|people) who\b)[^.;!?\n]*,\s*(?:please\s+|just\s+)?"
    rf"(?:{_SENDING}|opt for|have a look at|take a look at)\s+(?:our|the)\s"
    r"|(?:想要|需要|怕|追求|喜欢|要求)[^。；！？\n]{0,20}(?:请看|请选|建议选|推荐选|建议看|可以?看看|不妨看|移步)(?![这本此])",
    re.IGNORECASE,
)
"""A reader with a wish is sent to another product: "if you want wool, see our Fell"."""
_RESEMBLED = re.compile(
    r"[^，。；！？,.;\n]{0,2}的(?:样子|模样|外观|外表|错觉|既视感)|(?:既视感|风外观)|\s+(?:look-?alike|imitation)\b",
    re.IGNORECASE,
)
"""Behind what a product only looks like: 做成胡桃木的样子."""
_IN_LOOK = re.compile(r"[ -](?:look|effect|style|feel|grain|texture|colou?red|toned)\b", re.IGNORECASE)
_FINISH = re.compile(r"[ -]finish\b", re.IGNORECASE)
_EARLIER = re.compile(
    r"[^.,;!?\n]{0,30}\b(?:ones?|pair|model|version)\s+before\s*(?=[.,;!?\n]|$)", re.IGNORECASE
)
"""Behind what somebody had before: "had the suede ones before"."""
_NEW_VERB = re.compile(
    r"(?:\band|,)\s+(?:\w+\s+)?(?:is|are|goes|go|makes?|has|have|comes?|works?)\b", re.IGNORECASE
)
"""After "available in" another verb speaks of the product itself again."""
_WIDTH = 100


def is_foreign(text: str, sentence: tuple[int, int], start: int) -> bool:
    """Whether a mention belongs to another product: "unlike the Drift, which weighs 310 g".

    Nothing is read of who the other product is.

    Args:
        text: Holds everything.
        sentence: Character span of the mention's sentence.
        start: Of the mention.
    """
    begin = max(sentence[0], start - _WIDTH)
    if _EARLIER.match(text, start, min(sentence[1], start + _WIDTH)):
        return True
    if _SHARE_OF.search(text, begin, start):
        return True
    if _LOOK_OF.search(text, begin, start) or _is_sent_on(text, sentence):
        return True
    cues = [m for m in _find_cues(text, sentence) if begin <= m.start() and m.end() <= start]
    if not cues:
        return False
    last = cues[-1]
    # 我家 and 我们 within a Chinese comparison belong to its standard.
    is_chinese_standard = bool(last["standard"]) and not last.group().isascii()
    if not is_chinese_standard and _BACK.search(text, last.end(), start):
        return False
    if last["sent"]:
        is_available = "available" in last.group().casefold()
        return not (is_available and _NEW_VERB.search(text, last.end(), start))
    # "Than my old one": another product that a comparison governs is its standard.
    standard = next((c for c in reversed(cues) if c["standard"]), None)
    if standard is not None and not _ends_phrase(text, standard.end(), last.start()):
        if standard.group().casefold().endswith(("from ", "从")) and _TO.search(text, standard.end(), start):
            return False
        more = _MORE_ZH.search(text, standard.end(), start) if standard.group() == "比" else None
        if more is not None and (not text[start].isdigit() or "的" in text[more.end() : start]):
            return False
        return not _ends_phrase(text, standard.end(), start)
    if _SUBORDINATE.match(text, sentence[0], last.start()):
        return "," not in text[last.end() : start]
    return True


def _ends_phrase(text: str, begin: int, end: int) -> bool:
    """Whether the phrase that a word of comparison governs from ``begin`` on has ended at ``end``."""
    if _RELATIVE.search(text, begin, end) is not None or _SUBJECT.search(text, begin, end) is not None:
        return True
    return _PHRASE_END.search(text[begin:end] + text[end : end + 60], 0, max(0, end - begin)) is not None


def resembles(text: str, end: int) -> bool:
    """Whether the words behind a mention make it a mere look: 做成胡桃木的样子."""
    return _RESEMBLED.match(text, end) is not None


def is_mere_look(text: str, end: int, *, is_metal: bool) -> bool:
    """Whether the words behind a material make it a look: "wood effect", "linen finish"; a steel finish is steel."""
    return _IN_LOOK.match(text, end) is not None or (not is_metal and _FINISH.match(text, end) is not None)


@lru_cache(maxsize=64)
def _find_cues(text: str, sentence: tuple[int, int]) -> tuple[re.Match[str], ...]:
    """Words of another product in a sentence; kept, since every mention of the sentence asks for them."""
    return tuple(_FOREIGN.finditer(text, *sentence))


@lru_cache(maxsize=64)
def _is_sent_on(text: str, sentence: tuple[int, int]) -> bool:
    """Whether a sentence sends readers with a wish to another product."""
    return _SENT_ON.search(text, sentence[0], min(sentence[1], sentence[0] + 4 * _WIDTH)) is not None
