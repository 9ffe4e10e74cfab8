"""Words of queries that join or ask, and name nothing: function words, and what somebody says who asks."""

from __future__ import annotations

import re

FUNCTION_WORDS = re.compile(
    r"(?<![\w-])(?:for|with|in|into|on|of|off|to|from|by|at|as|over|under|inside|near|about|through|that|which|who|whose|"
    r"what|how|where|when|while|if|so|than|can|do|does|has|have|am|are|was|were)(?![\w-])|适合|用于|适用",
    re.IGNORECASE,
)
"""Words that end a noun phrase: what is asked for stands before the first of them. Not those of "2-in-1"."""
REQUESTS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "rated i'm i’m i'd i’d we us like do does have got sell there any can could would looking look searching search "
        "need want show find buy get order please online one ones something anything thing things 什么 哪个 哪款 哪种 推荐 "
        "请问 求 买 想买 吗 呢 吧 好"
    ).split()
)
"""Words of somebody who asks, which say nothing of the thing itself: "looking for a tent", "buy kettle online"."""
