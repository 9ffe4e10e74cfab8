"""Chinese negation: cues, and the part of the clause that each denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kms.text.negation_scope import REACH, Cues, Span

_HAVING = (
    r"添加|加入|使用|采用|运用|具有|具备|拥有|配备|配有|搭载|内置|自带|设有|提供|附带|附送|附赠|附有|赠送|"
    r"包含|包括|含有|兼容|支[持援]|涉及|掺|混有"
)
"""Verbs of having and using: 不添加, 未采用 and 没有搭载 deny the whole list behind them."""
_LONG = (
    rf"(?:并?[不未没无]|没有|并未|从不|绝不)(?:再|会|额外|另外|另行)?(?:{_HAVING})|"
    r"(?:看|摸|闻|穿|用|戴|拿)(?:起来|上去)(?:很|就|有点|有些|真|好)?(?:像|似|如|类似|酷似)|(?:酷似|堪比|媲美|不输|不亚于|胜似|形似|貌似|近似|类似于?|模仿|仿真)|"
    r"(?<![好录影图摄画头想偶肖成音人不象])像(?![素是])|"
    r"并不|不是|并非|不能|不会|不含|不支[持援]|不可以|不可|不带|不具备|不适合|不适用于|不适用|不建议|不推荐|不宜|不得|不要|不用|"
    r"没有(?!哪|比|什么比)|没法|无法|无需|(?<!减)少了(?![几一二两三四五六七八九十百\d])|缺了|取消了|去掉了|砍掉了|移除了|删除了|从来?[没未不]有?|(?<=[\u4e00-\u9fff])不(?:到|了)(?=[A-Za-z\u4e00-\u9fff])|请勿|切勿|切忌|严禁|禁止|避免|拒绝|远离|缺少|缺乏|谈不上|算不上|称不上|毫无|"
    r"未(?!来|必)|(?<![特区级鉴分识性个])别(?![致墅样的人处名称具出家])|勿|零添加|(?<![\d.])[0０零](?=[\u3400-\u9fff])(?!点|售|件|食|钱|下|上)|不怎么|不觉得|不认为"
)
_CUES = re.compile(
    rf"(?P<long>{_LONG})(?!仅|但|错|锈|只|说|止)"
    r"|(?P<bare>(?<![可能会要是差])(?:不|没|无|非)(?!仅|但|错|锈|少|只|沾|脱|同|断|过|论|需|用|人机|印|忧|敌|比|极|常|止|妨|愧|一))"
)
_CHOICE = re.compile(r"(?P<verb>[\u3400-\u9fff])[不没](?P=verb)")
"""A question with yes and no in one denies nothing: 有没有, 能不能."""
_SHORT = re.compile(r"[并也都]?(?:不|没有?|无|未|非)")
_STOP = re.compile(
    r"[.!?](?=\s|$)|[;:。；！？，,…:：()（）–—「」【】\n]|但|不过|只是|却|而是|的|[，,]?(?:所以|因此|因为)"
)
_ITEM = re.compile(r"[、/]|和|或者?|以及|及|与")
_GAP = re.compile(r"[\u3400-\u9fff]\s+(?=[\u3400-\u9fff]|$)")
"""A blank between Chinese words separates phrases; one beside "NFC" does not."""
_LONGEST = 14
_LONGEST_ITEM = 8
_BETWEEN = frozenset("太很够怎大能会可带含加具是再法配附装备")
"""What may stand between a bare "不" and what it denies; in 无线耳机, 不粘锅 and 非常防水 nothing is denied."""
_END = r"(?=\s*(?:[,，。.;；!！?？)）、|/\n]|$))"
_FORBIDS = r"(?:请勿|切勿|切忌|严禁|禁止|不要|不可以?|不能|不宜|不得|不建议|不适合|不推荐|避免|慎用|勿|别)"
_BEHIND = re.compile(
    r"[^,，。.;；!！?？\n]{0,6}?(?:不太推荐|不推荐|不建议|不适合|不适用|不可以|除外|慎[入用穿]|劝退|请绕道)"
    rf"|\s*[(（]\s*(?:否|无|不支[持援]|没有|不含|不带|不可以?)\s*[)）]"
    rf"|[^,，。.;；\n]{{0,10}}说(?:不|NO|再见|拜拜){_END}"
    rf"|般(?![配地])|一样的?(?:质感|手感|触感|光泽|外观|纹理)"
    rf"|\s*(?:功能)?\s*[:：]\s*(?:否|无|不支[持援]|不是|没有|不|×|✗|❌){_END}"
    rf"|(?:功能|接口|等级|模式|材质)?(?:是|都|也)?(?:不支[持援]|没有|不可以?|不行|不能用|不可用|不适用|禁用|未配备|未附|不含|另购|另售|"
    rf"需?另(?:购|售|配)|需?自备|不附|不带|不送|缺失|不提供|不包含|没用|无效){_END}"
    rf"|[^,，。.;；!！?？的\n]{{0,6}}(?:时|时候|期间|过程中|情况下|环境下?|场合){_FORBIDS}"
    rf"|(?:就|便|后)?会(?:伤|损|毁|化|坏|掉|裂|锈|褪|变|融|脱|烂|漏|短路){_END}"
)

_POOR_FIT = re.compile(
    r"[^,，。.;；!！?？\n]{0,6}?(?:(?:不够|不太|不大(?!于)|不怎么|不是(?:很|特别|那么))"
    r"(?!热|冷|闷|重|吵|贵|累|滑|晒|潮|湿|臭|痒|疼|痛|黏|粘|怕|容易|会|需|显)[\u3400-\u9fff]"
    r"|(?<!不)会(?:积水|漏|渗|进水|打?滑|起雾|结露|褪|裂|塌|倒|闷|晃|散架))"
)
"""Behind a use or a user, how badly the product does there: 冬天不够暖, 老人起身不太方便, 下雨时四边会积水."""


def find_poor_fit(text: str, sentence: Span, start: int, end: int) -> Span | None:
    """The words behind a use or a user that say that the product does badly there."""
    match = _POOR_FIT.match(text, end, min(sentence[1], end + _LONGEST + _LONGEST_ITEM))
    return match.span() if match else None


def has_cue(text: str) -> bool:
    """Whether a cue occurs in a text."""
    return any(pattern.search(text) for pattern in (_CUES, _BEHIND, _POOR_FIT))


def find_before(text: str, begin: int, start: int, stop: int) -> Iterator[Span]:
    """Cues behind ``begin`` that deny what is at ``start``, the nearest first; none reaches beyond ``stop``."""
    cues = _cues_of(text)
    for length in (1, 2):
        around = cues.beginning_at(start - length) if start - length >= begin else None
        if (
            around
            and around["long"]
            and around.end() > start
            and _SHORT.fullmatch(text, start - length, start)
        ):
            # 不 before 带背光 and 没有 before 内置电池, whose first characters are a part of the cues 不带 and 没有内置.
            yield start - length, start
    for match in cues.before(begin, start):
        if start < _scope_end(match, min(stop, match.end() + REACH)):
            yield match.span()


def find_behind(text: str, sentence: Span, start: int, end: int) -> Span | None:
    """The cue that stands behind a mention."""
    match = _BEHIND.match(text, end, min(sentence[1], end + _LONGEST + _LONGEST_ITEM))
    return match.span() if match else None


@lru_cache(maxsize=64)
def _cues_of(text: str) -> Cues:
    return Cues(_CHOICE.sub(lambda choice: "　" * len(choice.group()), text), _CUES)


@lru_cache(maxsize=512)
def _scope_end(cue: re.Match[str], stop: int) -> int:
    """Where ends what a cue denies; kept, since all mentions behind a cue ask for it."""
    text, start = cue.string, cue.end()
    if cue["bare"]:
        # It denies what it stands right before; the mention that starts there may be long.
        while start < stop and text[start] in _BETWEEN:
            start += 1
        return start + 1 if start - cue.end() <= 2 else cue.end() + 1
    end = stop
    for pattern in (_STOP, _GAP):
        match = pattern.search(text, start, end)
        if match:
            end = match.start() if pattern is _STOP else match.start() + 1
    first = start
    for joint in _ITEM.finditer(text, start, end):
        if joint.start() - first > (_LONGEST if first == start else _LONGEST_ITEM):
            break
        first = joint.end()
    return min(end, first + (_LONGEST if first == start else _LONGEST_ITEM))
