"""Moods: mentions that a text does not state of anything, because it asks, wishes, supposes or requires them.

A question ("does it have NFC?"), a wish ("I wish it were waterproof", "would be nice to have"), what somebody expected or
claims ("sold as leather"), and what the reader or another thing needs ("your laptop needs Wi-Fi 6") state no fact. They are
told by function words: inverted auxiliaries, modal verbs with a perfect or an infinitive, conjunctions of condition, A-not-A
forms and final particles in Chinese.
"""

from __future__ import annotations

import re

from extraction.documents import Text

_WIDTH = 100
_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
_ASKS = re.compile(
    r"(?:^|[,;:–—-]\s*|\b(?:and|or|but|so)\s+)[\"'“(]*"
    r"(?:is|are|was|were|does|do|did|can|could|will|would|has|have|had|should|may|am)(?:\s+not)?\s+"
    r"(?:it|this|that|these|those|they|the|there|i|you|we|he|she|any\w*|some\w*|my|your|our|its|an?)\b[^.;!?\n]*$",
    re.IGNORECASE,
)
"""An auxiliary before its subject, which makes a sentence with a question mark a question after a fact."""
_QUESTION_MARK = re.compile(r"[^.;!。；！\n?？]*[?？]")
_YES = re.compile(
    r"\W*(?:A(?:nswer)?:\s*)?(?:yes|yep|yeah|sure|of course|absolutely|certainly|definitely|indeed|"
    r"(?:it|they|this|these|you) (?:is|are|does|do|can|will|has|have)\b|是的?|对|可以|能|有的?|支持|当然|没错|会)",
    re.IGNORECASE,
)
_ASKED_INDIRECTLY = re.compile(
    r"\b(?:wonder(?:s|ed|ing)?|ask(?:s|ed|ing)?|unsure|not sure|no idea|knows?)\s+"
    r"(?:if|whether|about)\b"
    r"[^.;!?\n]{0,40}$",
    re.IGNORECASE,
)
_A_NOT_A = re.compile(
    r"(?:是否|能否|可否|有否|是不是|有没有|能不能|可不可以|会不会|要不要|需不需要|支不支[持援])[^，。；！\n]{0,12}$"
)
_PARTICLE = re.compile(
    r"[^，。；！？,.;!?\n]{0,6}(?:不|没有?)(?=[?？])|[^，。；！？,.;!?\n]{0,8}(?:吗|么|嘛)(?=\s*(?:$|[?？，,。!！\n]))"
)
_FREE_CHOICE = re.compile(r"(?:无论|不论|不管)[^，。；！\n]{0,20}$")

_SUPPOSED = re.compile(
    r"\b(?:if only|(?:i|we)(?:['’]d)?\s+(?:\w+\s+)?wish(?:ed)?|wish(?:ed|ing)?\s+(?:it|they|this|these|there|the)"
    # A modal verb with a perfect: what was not so.
    r"|(?:would|could|should|might)(?:\s*n['’]t|\s+not)?(?:['’]ve|\s+have|\s+of)"
    r"|['’]d\s+(?:\w+\s+)?have\s+(?:liked|loved|preferred|wanted|been)"
    r"|(?:would|could|might)(?:\s+\w+){0,4}\s+(?:if|had)"
    r"|(?:would|['’]d)\s+be\s+(?:\w+\s+){1,3}(?:to|if|with)|(?:i|we)(?:\s+would|['’]d)\s+(?:\w+\s+)?(?:like|love|prefer)"
    r"|\b(?:i|we)(?:['’]d|\s+would)\s+(?:\w+ly\s+)?(?!\w+ly\b|consider|say|call|recommend|describe|rate|give|buy|purchase|order|guess|think|"
    r"suggest|get|use|not|never|also|still|have|be|imagine)\w+"
    r"|(?:could|can)\s+(?:\w+\s+)?do\s+with|could\s+use"
    r"|(?:advertised|marketed|sold|described|listed|billed|touted|promoted|labell?ed)\s+as|(?:supposed|meant|claims?|claimed|said)\s+to\s+be"
    r"|(?:supposedly|allegedly|apparently)"
    r"|(?:should|ought\s+to)\s+(?:be|have)|(?:hop(?:e|ed|ing)|expect(?:ed|ing)|thought|assumed|believed)\s+(?:it|they|this|these|that|for|to)"
    r"|(?-i:Had|Were)\s+(?:it|they|this|these|the\s+\w+))\b[^.;!?\n]{0,40}$"
    r"|(?:要是|如果|假如|假使|倘若|若是|希望|但愿|以为|期待|愿意|宁愿|宁可|想要|想买|本想|原想|打算买)[^，。！？；,\n]{0,12}$",
    re.IGNORECASE,
)
"""Before what a reviewer wishes for, expected or only supposes: "I wish these were waterproof"."""
_CLAIMED_ZH = re.compile(r"(?:说是|号称|宣称|宣传)[^，。！？；,\n]{0,8}$")
_CONTRAST_ZH = re.compile(
    r"[^。！？\n]{0,8}[，,]\s?(?:结果|却|但|其实|可是|然而|实际|根本|完全不|一点也?不|明明|我看|就是|不过是)"
)
"""A claim, and what contradicts it: 说是防水，结果淋湿了."""
_WISHED_BEHIND = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}(?:would|['’]d)(?:\s+have\s+been|['’]ve\s+been|\s+be)\b"
    r"|[^，。；！？\n]{0,6}[，,]?\s?(?:就|该)(?:更|太|多)?(?:好|完美|棒|值|妙)(?:了|啊|的|(?=[。！!，,]|$))",
    re.IGNORECASE,
)
"""Behind what a reviewer would like to be there: "a zip would be nice", 有背光就更好了."""
_REQUIRED = re.compile(
    r"(?<!all )(?<!everything )(?<!what )(?<!whatever )(?<!if )(?<!when )(?<!whenever )"
    r"(?<!where )(?<!anything )\byou(?:['’](?:ll|d))?\s+"
    r"(?:(?:will|would|may|might|also|only|just|do|must|still|first|then)\s+)*(?:need|require)\s+(?!(?:n?or|not|to|this|these|it|them)\b)[^.;:!?\n]{0,50}$"
    r"|\byour\s+(?:[\w-]+\s+){1,3}?(?:needs?|requires?|must|should|has|have|supports?)\s+[^.;:!?,\n]{0,40}$"
    r"|(?:您|你)的[^，。；！？\n]{0,6}(?:带有?|有|支[持援]|具备)[^，。；！？\n]{0,8}$"
    r"|(?:需要?|必?须|要求|得)(?:能?支[持援]|具备|配合|搭配)[^，。；！？,\n]{0,12}$",
    re.IGNORECASE,
)
"""Before what the reader or a thing of theirs needs or has: "you need a DisplayPort cable"."""


def is_unstated(text: Text, start: int, end: int) -> bool:
    """Whether a text only asks, wishes, supposes or requires what it mentions: it says nothing of the product.

    Wishes and claims count in reviews; a shop that writes "could have been silk" praises what it sells.

    Args:
        text: The document, whose title states everything.
        start: Of the mention.
        end: Of the mention.
    """
    field = text.document.field
    if field == "title":
        return False
    body, sentence = text.document.text, text.sentence_at(start)
    return (
        is_asked(body, sentence, start, end)
        or _REQUIRED.search(body, max(sentence[0], start - _WIDTH), start) is not None
        or (field in _REVIEW_FIELDS and is_supposed(body, sentence, start, end))
    )


def is_asked(body: str, sentence: tuple[int, int], start: int, end: int) -> bool:
    """Whether a mention stands in a question that nothing behind it affirms: "Is it waterproof?"."""
    begin = max(sentence[0], start - _WIDTH)
    if _ASKED_INDIRECTLY.search(body, begin, start):
        return True
    chosen = _A_NOT_A.search(body, begin, start)
    particle = _PARTICLE.match(body, end)
    mark = _QUESTION_MARK.match(body, end, min(len(body), end + _WIDTH))
    if chosen is not None or particle is not None:
        if _FREE_CHOICE.search(body, begin, start):
            return False
        stop = mark.end() if mark else particle.end() if particle else end
        return _YES.match(body, stop) is None
    if mark is None or not _ASKS.search(body, begin, start):
        return False
    return _YES.match(body, mark.end()) is None


def is_supposed(text: str, sentence: tuple[int, int], start: int, end: int | None = None) -> bool:
    """Whether a review only wishes for what it mentions, or expected it."""
    begin = max(sentence[0], start - _WIDTH)
    if _CLAIMED_ZH.search(text, begin, start) and _CONTRAST_ZH.match(text, start):
        return True
    if end is not None and _WISHED_BEHIND.match(text, end, sentence[1]):
        return True
    return _SUPPOSED.search(text, begin, start) is not None
