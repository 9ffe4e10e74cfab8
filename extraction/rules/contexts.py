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
    rf"|\b(?:the|our|its)\s+(?:{_SIZES})\s+(?:(?:\w+\s+)?(?:{_KIN})\b|{_NAME}[a-z])"
    rf"|\b(?:the|its|our) (?:original|first)(?:[- ]generation)?\s+(?:{_KIN}|{_NAME}[a-z]\w+\s+(?:weigh|"
    rf"ha[ds]|held|measure|was)\w*)\b"
    r"|\b(?:all|any|many|most|the) others\b"
    r"|\banother (?:brand|maker|model|product|one)\b"
    r"|\bothers?\b(?!\s+(?:have |had )?(?:noted|said|mentioned|reported|stated|complained|found))"
    r"(?=\s+(?:brands?|makers?|models?|products?|weigh|have|use|are|need)\b)"
    r"|\b(?:other|competing|rival) (?:brands?|makers?|models?|products?)\b|\bpredecessors?\b|\bcompetitors?\b"
    r"|\b(?:last|previous) (?:year['’]s|season['’]s|generation|gen)\b"
    r"|\b(?:most|many|ordinary|typical|conventional|regular|normal|traditional|average)\s+(?:\w+\s+)?\w+\s+"
    r"(?=(?:weigh|hold|ha[sv]e?|are|is|use|measure|last|cost|come|need|run)s?\b)"
    # Sending to another product.
    rf"|\b(?:look at|take|try|choose|pick|consider|see|go for|came from|switch to|upgrade to|also available as|"
    rf"available as)\s+(?:the|our|an?)\s+(?={_NAME}[a-z])"
    r"|\b(?:also |now |is |are )?available (?:as|in)\b(?! an? (?:[\w-]+ )?(?:pack|set|box|bag|roll|case|bundle)\b)"
    r"|相比|比起|不像|之前(?:那|的)|可以看看|请选|另一款|那个有|我之前|旧款|老款|上一代|前一?代|前作|其他(?:品牌|牌子|家)|别家|别人家?的|(?<![^\W\d_])人家(?!庭)|友商|同类产品",
    re.IGNORECASE,
)
# What follows these is about the own product again.
_BACK = re.compile(
    r"[.;!?](?=\s|$)|[;。；！？\n]|[,，](?:\s(?:and|but|so|this|these|it|mine|now|with|ours)\b|这)"
    r"|\b(?:this (?:one|model|version|\w+)|but|mine|while|whereas|the new(?:er)?|"
    r"and (?:it|this|i|they))\b|而这|这款|本品|新款|现在",
    re.IGNORECASE,
)
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
    stop = min(sentence[1], start + 24)
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
    return last is not None and not _BACK.search(text, last.end(), start)
