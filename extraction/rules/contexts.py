"""Comparison contexts: mentions that belong to another product because of how the clause is built.

Three constructions put a mention outside the own product: it stands behind a word of comparison ("unlike", "than"), its
clause has another product as subject ("my old kettle held"), or the clause sends the reader to one ("take the Drift").
Each ends where its clause does, or where the text comes back to "this one". ``extraction.rules.ownership`` adds what
depends on the product's class.
"""

from __future__ import annotations

import re

_OTHERS = r"old|older|previous|former|earlier|preceding|competing|rival|outgoing|discontinued"
_SIZES = (
    r"bigger|smaller|larger|slimmer|cheaper|dearer|pricier|heavier|lighter|longer|shorter|taller|plain|basic"
)
_KIN = r"one|ones|model|models|version|versions|sister|brother|sibling|variant|edition|generation|size|pack|pair|sizes"
_NAME = r"(?-i:[A-Z0-9])"
_FOREIGN = re.compile(
    # Comparison. "Than 900 g" alone is a bound of the own product; "than the 900 g Drift" is another's.
    r"\b(?:unlike|compared (?:to|with)|in comparison|versus|rather than|instead of|"
    rf"next to (?:the|my|its|an?) (?=(?:\w+ )?(?:model|version|one|brand|pair)\b|{_NAME})|"
    r"successor (?:to|of)|relative to)\b"
    rf"|(?<!barely more )(?<!little more )(?<!nothing more )(?<!hardly more )(?<!other )"
    rf"\bthan (?:(?:the|my|its|our|your|a|an|any|most|other|those|that)\b(?! (?:hour|day|week|minute|metre|meter|"
    rf"kilo)\b)|{_NAME}[a-z])"
    r"|\b(?!other|rather)[a-z]{2,}er than (?=(?!ever|before|expected|anticipated|advertised|described|pictured|half|one|two|"
    r"three|"
    r"usual|just|needed|necessary|(?:i|we|you|it|they|he|she|what)\b)[a-z]+\b(?! ?\d))(?!\d)"
    rf"|\bas (?:the|my|our) (?:\w+ ){{1,2}}(?=with\b|of\b|from\b)"
    # Another product as subject or possessor.
    rf"|\b(?:my|the|our|your|his|her|their|its|an?|some|most|many)\s+(?:{_OTHERS})\b"
    r"(?!\s+(?:times?|days?|weeks?|months?|years?|hours?|school|fashioned|hand|age|than|\d))"
    rf"|\b(?:my|our|his|her|their)\s+(?:last|other)\s+(?!time|thing|minute|word|hand|half|\d)|\bthe\s+(?:last|"
    rf"other)\s+(?:{_KIN})\b"
    rf"|\b(?:my|our|his|her|their|your)\s+(?:\w+\s+)?\w+['’]s\s+(?:\w+\s+){{0,2}}(?:{_KIN}|set|unit)\b"
    rf"|\b(?:the|our|its)\s+(?:{_SIZES})\s+(?:(?:\w+\s+)?(?:{_KIN})\b|{_NAME}[a-z])"
    rf"|\b(?:the|its|our) (?:original|first)(?:[- ]generation)?\s+(?:{_KIN}|{_NAME}[a-z]\w+\s+(?:weigh|"
    rf"ha[ds]|held|measure|was)\w*)\b"
    r"|\b(?:all|any|many|most|the) others\b|\b(?:any|every) other (?=(?:\w+\s){1,3}(?:i|we|that|on the market)\b)"
    r"|\banother (?:brand|maker|model|product|one)\b"
    r"|\bothers?\b(?!\s+(?:have |had )?(?:noted|said|mentioned|reported|stated|complained|found))"
    r"(?=\s+(?:brands?|makers?|models?|products?|weigh|have|use|are|need)\b)"
    r"|\b(?:other|competing|rival) (?:brands?|makers?|models?|products?)\b|\bpredecessors?\b|\bcompetitors?\b"
    r"|\b(?:last|previous) (?:year['’]s|season['’]s|generation|gen)\b"
    r"|\b(?:(?:most|many|ordinary|typical|conventional|regular|normal|traditional|average)\s+(?:\w+\s+)?\w+|"
    r"(?:(?<!any )(?<!the )other|standard)\s+(?!(?:\w+\s+)?(?:parts|components|colou?rs|features|accessories|pieces|"
    r"surfaces|"
    r"details|materials|sizes|reviews|reviewers|users|customers|days|times|tools|ways|things)\b)(?:\w+\s+)?\w{2,}[^s\W]s)\s+"
    r"(?=(?:weigh|hold|ha[sv]e?|are|is|use|measure|last|cost|come|need|run)s?\b)"
    rf"|\bthe (?:19|20)\d\d (?:{_KIN})\b"
    rf"|\bthe (?=\d[\d.,]*[\s-]?[A-Za-z\"]{{1,10}}\s+(?:{_KIN})\b[^.!?\n]*\bthis (?:one|model|version)\b)"
    r"|\b(?:customers|shoppers|people|buyers|others)(?: who bought this)? also (?:bought|viewed|liked?|purchased)\b"
    r"|\byou (?:may|might|could) also (?:like|need|want)\b|\b(?:frequently|often) bought together\b|"
    r"\brelated (?:products|items)\b"
    r"|猜你喜欢|相关(?:推荐|商品|产品)|买家还买了|搭配推荐"
    r"|\bas (?!well|far|soon|long|much|many)\w+(?: \w+)? as (?:an?|any|most|other)\b"
    rf"|\b(?:my|our|his|her|their)\s+(?:\w+\s+)?\w+['’]s\b(?=[^.!?\n]{{0,80}}(?:[,;]|\b(?:but|while|"
    rf"whereas))\s*(?:but |while |whereas |and )?"
    rf"(?:mine|ours|these|this)\b)"
    r"|\b(?:up|down) from (?=(?:the |its |a )?(?:\w+ )?\d)|\b(?:previously|formerly|used to be|instead of|"
    r"rather than) (?=\d)"
    # Sending to another product.
    rf"|\b(?:look at|take|try|choose|pick|consider|see|go for|get|check out|switch to|prefer|want|need|recommend|"
    rf"suggest|offer)\s+(?:the|our|an?)\s+"
    rf"(?=(?:\w+\s+)?\d[\d.,]*(?:[\s-]?[A-Za-z\"]{{1,10}})?\s+(?:{_KIN})\b)"
    rf"|\b(?:look at|take|try|choose|pick|consider|see|go for|came from|switch to|upgrade to|also available as|"
    rf"available as)\s+(?:the|our|an?)\s+(?={_NAME}[a-z])"
    r"|\b(?:also |now |is |are )?available (?:as|in)\b(?! an? (?:[\w-]+ )?(?:pack|set|box|bag|roll|case|bundle)\b)"
    r"|相比|比起|不像|不同于|区别于|之前(?:那|的|用的|买的)|以前(?:那|的|用的|买的)|原来(?:那|的|用的)|可以看看|请选|另一款|那个有|我之前|旧款|老款|前一?代|前作|"
    r"(?<![马早晚])上一(?:代|款|版|个(?!台阶|档次|层次)|台(?!阶)|副|双|件|条|把|支|部|只)|其[他它](?:品牌|牌子|家)|别家|别人家?的|"
    r"(?<![^\W\d_])人家(?!庭)|友商|竞品|同类产品|市面上|市售|同价位|"
    r"(?:另|还|也)有(?=[^，。；\n]{0,12}(?:款|版|装|可选|可供选择))|"
    r"(?:普通|一般|传统|常规|其[他它]|别的|很多|大多数?|多数|不少|有些)的?(?!人|朋友|顾客|用户|买家|时候|情况|颜色|地方|部[件分]|材[质料]|工艺)"
    r"[\u4e00-\u9fff]{1,6}?(?:都|要|是|用|采用|需要?|只有|只能)",
    re.IGNORECASE,
)
# What follows these is about the own product again.
_BACK = re.compile(
    r"[.;!?](?=\s|$)|[;。；！？\n]|[,，](?:\s(?:and|but|so|this|these|it|mine|now|with|ours|made|built|crafted|"
    r"knitted|woven|weighing|holding|lasting|offering|featuring)\b|这)"
    r"|\b(?:this (?:one|model|version|\w+)|but|mine|while|whereas|the new(?:er)?|"
    r"and (?:it|this|i|they))\b|ours\b|today['’]s\b|this year['’]s\b|[,，]它|"
    r"而这|这[款个次副台件双条把支套只]|此款|本[品款]|新款|现在|现已|如今|我们|"
    r"我家|更[^，。；\n]{1,4}[，,]",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    r"(?:^|[.;!?\n]\s*|[.;!?]\s+)(?:unlike|compared (?:to|with)|in comparison|versus|relative to|instead of|"
    r"rather than|where|"
    r"whereas|while)\b[^.;!?\n]*?,\s(?:the|our|your|its?|we|you|they|all|every|each|here|there|battery|(?!which|who|"
    r"that|whose)\w+ (?:is|has|are|have|now))\s",
    re.IGNORECASE,
)
"""A comparison at the head of its sentence, with the words that the main clause begins with."""
_FRONTED_ZH = re.compile(
    r"(?:^|[。；！？\n，,])[^，。；！？\n,]{0,6}(?:相比|比起|相较|较之|不像|不同于|区别于|对比|与|和|比|较)[^，。；！？\n,]{2,16}[，,]"
)
_SUPPOSED = re.compile(
    r"\b(?:if only|(?:i|we)(?:['’]d)?\s+(?:\w+\s+)?wish(?:ed)?"
    r"|(?:would|could|might)(?:['’]ve| have)?(?:\s+\w+){0,4}\s+(?:if|had)|(?:would|['’]d)\s+have\s+(?:liked|loved|"
    r"preferred|wanted)"
    r"|(?:advertised|marketed|sold|described|listed|billed|touted|promoted|labell?ed)\s+as|(?:supposed|meant|claims?|claimed|said)\s+to\s+be"
    r"|(?:supposedly|allegedly|apparently)"
    r"|should\s+(?:be|have been|have had)|(?:hop(?:ed|ing)|expect(?:ed|ing)|thought|assumed|believed)\s+(?:it|they|"
    r"this|these|that|for|to)"
    r"|(?-i:Had|Were)\s+(?:it|they|this|these|the\s+\w+))\b[^.;!?\n]{0,40}$"
    r"|(?:要是|如果|假如|希望|但愿|以为|期待)[^，。！？；,\n]{0,12}$",
    re.IGNORECASE,
)
"""Before what a reviewer wishes for, expected or only supposes: "I wish these were waterproof"."""
_SHARE_OF = re.compile(
    r"\b(?:half|twice|double|a (?:third|quarter|fraction|tenth)(?: of)?|\w+ times) the \w+(?: \w+)? of\s+"
    r"(?:the\s+|an?\s+)?(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
"""Right before what a product is measured by: "half the effort of cast iron"."""
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
    if _SHARE_OF.search(text, begin, start):
        return True
    stop = min(sentence[1], start + _WIDTH)
    last = None
    for match in _FOREIGN.finditer(text, begin, stop):
        if match.end() > start:
            break
        last = match
    if (
        last is not None
        and "available" in last.group().casefold()
        and _NEW_VERB.search(text, last.end(), start)
    ):
        return False
    if last is None or _BACK.search(text, last.end(), start):
        return False
    return not _is_main_clause(text, max(sentence[0], start - 2 * _WIDTH), last, start)


_CLAIMED_ZH = re.compile(r"(?:说是|号称|宣称|宣传)[^，。！？；,\n]{0,8}$")
_CONTRAST_ZH = re.compile(r"[^。！？\n]{0,8}[，,]\s?(?:结果|却|但|其实|可是|然而|实际|根本|完全不|一点也?不)")
"""A claim, and what contradicts it: 说是防水，结果淋湿了."""


def is_supposed(text: str, sentence: tuple[int, int], start: int) -> bool:
    """Whether a review only wishes for what it mentions, or expected it: it says nothing of the product."""
    begin = max(sentence[0], start - _WIDTH)
    if _CLAIMED_ZH.search(text, begin, start) and _CONTRAST_ZH.match(text, start):
        return True
    return _SUPPOSED.search(text, begin, start) is not None


def _is_main_clause(text: str, begin: int, cue: re.Match[str], start: int) -> bool:
    """Whether a comparison at the head of the sentence has ended: "Unlike most kettles, the Aro is made of glass"."""
    head = text[begin:start]
    for pattern in (_FRONTED, _FRONTED_ZH):
        if any(m.start() <= cue.start() - begin < m.end() for m in pattern.finditer(head)):
            return True
    return False
