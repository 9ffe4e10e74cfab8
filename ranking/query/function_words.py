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
        "what's what’s whats "
        "rated i'm i’m i'd i’d we us like do does have got sell there any can could would looking look searching search "
        "need want show find buy get order please online one ones something anything thing things 什么 哪个 哪款 哪种 推荐 "
        "请问 求 买 想买 吗 呢 吧 好"
    ).split()
)
"""Words of somebody who asks, which say nothing of the thing itself: "looking for a tent", "buy kettle online"."""
GOODS = frozenset(
    {
        "item",
        "items",
        "product",
        "products",
        "article",
        "articles",
        "goods",
        "everything",
        "stuff",
        "商品",
        "产品",
    }
)
"""Words for whatever a shop sells."""
FUNCTION_WORDS_ZH = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "什么 啥 怎么 怎样 如何 哪 哪个 哪款 哪种 谁 吗 呢 我 我们 自己 在 给 去 到 从 对 把 被 跟 为 为了 时 时候 的时候 "
        "路上 要 想 能 会 该 应该 需要 怕 用 用来 用于 东西"
    ).split()
)
"""Pronouns, prepositions and auxiliary verbs of Chinese, which a pile of keywords does not have."""
PARTICLES_ZH = frozenset(
    "着 过 得 地 里 里面 上面 下面 上 下 好 能 可 可以 会 在 给 把 被 从 对 为 跟 和 与 那种 这种 那个 这个 有点 比较 "  # noqa: SIM905
    "一点 点 些 一些 就 都 也 还 又 再 让 使 时 时候 的时候 怎么 怎么办 怎样 如何 什么 用来 东西 准备 自己 需要".split()
)
"""Particles, localisers, adverbs and auxiliary verbs of Chinese, which name nothing."""
