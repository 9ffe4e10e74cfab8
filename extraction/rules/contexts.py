"""Which mentions are about another product than the document's own."""

from __future__ import annotations

import re

_FOREIGN = re.compile(
    r"\b(?:unlike|than (?:the|my|its|a|an)\b|than\s*$|compared (?:to|with)|comparison|rather than|instead of|"
    r"next to|with its|which (?:has|weighs|have|tips|runs|comes|reaches|manages|costs)|"
    r"my (?:old|last|previous|other)|the (?:original|older|predecessor|"
    r"bigger|smaller|slimmer|cheaper) |sister|brighter than|lighter than|"
    r"look at the|take the|try the|came from an?|sets exist|has the\b|as the \w+ \w+ with|"
    r"pairs? with|fits the|compatible with the|works with the|available (?:as|in))"
    r"|相比|比起|不像|之前(?:那|的)|可以看看|请选|另一款|那个有|我之前|另有",
    re.IGNORECASE,
)
# What follows these is about the own product again.
_BACK = re.compile(
    r"[.;!?。；！？]|[,，](?:\s(?:and|but|so|this|it|mine|now|with)\b|这)"
    r"|\b(?:this one|but|mine)\b|而这|这款|本品",
    re.IGNORECASE,
)
_WIDTH = 70


def is_foreign(text: str, sentence: tuple[int, int], start: int) -> bool:
    """Whether a mention stands behind words of comparison: "unlike the Drift, which weighs 310 g".

    A rule for the common cases; nothing is read of who the other product is.
    """
    begin = max(sentence[0], start - _WIDTH)
    last = None
    for match in _FOREIGN.finditer(text, begin, start):
        last = match
    return last is not None and not _BACK.search(text, last.end(), start)
