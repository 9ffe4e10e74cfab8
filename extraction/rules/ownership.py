"""Ownership: tells measures and values of the product from those of an accessory, a part, the box or a person.

Decided by the noun that the mention belongs to: the head of its noun phrase ("a 45 g charging case"), else the subject
of its clause ("the rain cover weighs 80 g"). The product's own nouns are the labels of its class, so that a cable's
length is a fact of a cable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from extraction.documents import Text
from extraction.rules.accessories import accessories, own_words, parts, word_lists
from extraction.rules.companions import is_of_companion, is_sold_apart
from extraction.rules.mention import Mention
from extraction.rules.names import nouns_of_title
from extraction.rules.phrases import CLAUSE, VERB, head_behind, opens_clause, phrase_behind, subject_of
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.quantities import OWN_MEASURES
from extraction.rules.roles import is_of_user
from extraction.rules.standing import LOOKS, StandingReader
from extraction.rules.surfaces import (
    is_held,
    is_of_surface_zh,
    is_treated,
    is_worked_on,
    is_wrap,
    noun_before,
)
from kms.ontology.labels import singular
from kms.ontology.model import ROOT_CLASS, Attribute, Ontology
from kms.text.chinese import contains_chinese
from kms.types import Language

_WIDTH = 120
_COLOURED_ZH = re.compile(r"(?:颜?色)?的?(?:款|版|色)")
_SENTENCE_END = re.compile(r"[.;!?。；\n]\s")
_WORN = re.compile(r"wears|wearing|shown|pictured", re.IGNORECASE)
_WHOLE_DIMENSIONS = frozenset({"mass", "length"})
"""What every thing has, so that the noun decides whose it is; the hours of "the battery" are the product's.

Only attributes of the root class count: a screen's size says by its name what it measures.
"""
_SUPPLY_DIMENSIONS = frozenset({"power", "voltage"})
_COMPATIBLE_DIMENSIONS = frozenset({"mass", "length", "volume", "power", "voltage"})
_BOX = re.compile(
    r"\W*(?:what['’]?s\s+)?(?:in(?:side)? the (?:box|package|pack|kit)|(?:box|package|packaging|pack|kit|delivery|"
    r"scope of delivery)"
    r"(?: contents?| includes?| contains?| contents? includes?)|contents?|includes?|included|also included|accessories|"
    r"supplied with|delivered with|comes with)\s*[:\-–]"
    r"|\W*(?:包装(?:清单|内含|包含|内有)|装箱清单|配件(?:清单)?|随箱附件|附件|赠品|标配)\s*[:：]",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:(?:our |the )?(?:photo )?model(?:['’]s (?:height|size|measurements?|bust|waist|hips)|"
    r"\s+(?:\w+\s+)?(?:who |that )?(?:is|wears|has|measures|shown|pictured)\b)|"
    r"(?:he|she) (?:is|wears|has|stands)|(?:worn|model+ed) by|wear(?:s|ing) (?:a )?size)\b|模特|试穿|身高|体重(?!秤)",
    re.IGNORECASE,
)
_TALL = re.compile(r"[^.;\n]{0,24}\b(?:tall|wear(?:s|ing))\b", re.IGNORECASE)
_OF_WEARER = re.compile(
    r"(?=[^.;\n]{0,40}\b(?:is|was)\s+(?:wearing|pictured in|shown in)\b)|[^.;\n]{0,30}\bwears\s+(?:an?\s|the\s|size|"
    r"[A-Z0-9])"
)
"""Behind a measure of the person in the photo: "Jan (188 cm) is wearing size M"."""
_GIVEN = re.compile(
    r"\b(?:an?|your|plus|with|get|includes?|including|and)\s+(?:free|complimentary|bonus)\s+(?:[\w-]+\s+){0,2}$|^free\s+$"
    r"|(?:附赠|赠送|附送|加赠|另赠|还送|另送|再送|加送|额外送|随机送)[^，。；\n]*$",
    re.IGNORECASE,
)
"""Before a measure or the look of a gift that comes with the product."""
_MADE_OF = re.compile(
    r"(?P<noun>[a-z][\w-]*)\s+(?:(?:is|are|that is|which is)\s+)?(?:(?:made|crafted|sewn|cut|knitted)\s+)?(?:of|from|in|"
    r"out of)\s+"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(
    r"\b(?:an?|your|any)\s+(?:[\w-]+\s+)?(?P<noun>[a-z]\w+)\s+(?:with|that (?:has|supports)|which (?:has|supports))\s+"
    r"(?:an?\s+|at least\s+)?(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_HEAD_ZH = re.compile(r"(?:接口|功能|网络)?的([\u3400-\u9fff]{2,5})")
_INDEFINITE = re.compile(r"(?:^|[.;,\n]\s)an?\s+(?:\w+\s+)?$", re.IGNORECASE)
"""Before a thing that is new to the text: "a sheath of beech"."""
_MADE_OF_ZH = re.compile(r"(?:是|为|采用|由|用)[^，。；\n]{0,4}$")
_WORN_SIZE = re.compile(r"\bwear(?:s|ing)\b(?:(?!\band\b)[^.;\n]){0,24}$", re.IGNORECASE)
_OTHER_THING = re.compile(
    r"\b(?:replac(?:es?|ed|ing)(?: the| our| my)?:?|replacement for|compatible with|works? with|"
    r"pairs? (?:well )?with|goes with|sold with|"
    r"for use (?:with|in|on)|fits?(?!\s+(?:in|into|like|well|perfectly|comfortably))|fitting|designed for|made for|"
    r"suits|accommodates?)\b"
    r"|适配|兼容|适用于|可放|可装|替代|代替",
    re.IGNORECASE,
)
_TAKEN_OVER = re.compile(
    r"[.!?](?=\s|$)|[;。；！？，\n]|,\s*(?:it|this|and it|which)\b|\b(?:weighs|measures|holds)\b",
    re.IGNORECASE,
)


_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
_SAID = re.compile(
    r"\b(?:it|it['’]s|this|these|they|they['’]re|mine|ours|colou?rs?|materials?|fabric|finish|shade|made (?:of|from))\b"
    r"(?:[^,.;!?\n]{0,30}?\b(?:is|are|was|were|in|of|from|looks?|feels?|comes?|came))?(?:\s+[\w'’-]+){0,3}\s*$"
    r"|\b(?:switched|changed|moved|upgraded|went)\s+(?:over\s+)?to\b[^,.;!?\n]{0,20}$|(?:换成|改用|改成|换了|换到)[^，。！？；,\n]{0,4}$"
    r"|\b(?:bought|ordered|got|have|love[sd]?|liked?|chose|picked|took|received|went (?:for|with))\b[^,.;!?\n]{0,30}$"
    r"|(?:买|入手|选|收到|下单|拍)[^，。！？；,\n]{0,8}$|(?:颜色|材质|面料|外观|它|这款|这个)[^，。！？；,\n]{0,8}$|是$",
    re.IGNORECASE,
)


_BELIEVED = re.compile(
    r"\b(?:people|everyone|everybody|others|friends?|guests|strangers|they|most|you(?:['’]d| would| might| could)?)\s+"
    r"(?:\w+\s+){0,2}(?:thinks?|thought|believes?|believed|assumes?|assumed|swears?|guess(?:es|ed)?|mistakes?|mistook)\b"
    r"(?!\s+(?:of|about)\b)[^.:;!?\n]{0,30}$"
    r"|\b(?:pass(?:es)? (?:it |them )?(?:off )?(?:for|as)|mistaken for)\b[^.;!?\n]{0,20}$"
    r"|(?:以为|误认为|当成|当作)[^，。！？；,\n]{0,6}$",
    re.IGNORECASE,
)
"""Before a look that others take the product to have, which it need not: "people think it is real leather"."""
_NAMED = re.compile(r"(?:^|[.;,\n(])\s*(?P<name>[A-Za-z][A-Za-z \-/]{2,40}?)\s*[:=]\s*$")
_COLOUR, _MATERIAL = "colour", "material"
_THICK = re.compile(r"\s?thick\b", re.IGNORECASE)
_THIS = re.compile(
    r"\b(?:this|these|those)\s+(?:(?!is\b|are\b|was\b|were\b|that\b)[^\s,;:]+\s+){0,3}$", re.IGNORECASE
)
_CLAUSE_START_ZH = re.compile(r"(?:^|[，,。！!？?；;、\s]|加|和)$")
_OF_THIS = re.compile(r"\s+(?:on|of|in)\s+(?:this|these|it|them)\b", re.IGNORECASE)


def _is_shown(before: str, head: str) -> bool:
    """Whether a demonstrative makes a noun phrase the product: "these white nylon picks"."""
    return head not in accessories("en") and _THIS.search(before) is not None


def _is_said_of_product(
    body: str, sentence: tuple[int, int], mention: Mention, head: str, own: frozenset[str]
) -> bool:
    """Whether a review's clause says a colour, a material or a finish of the product: as its noun's or its subject's."""
    if head:
        return head in own or _is_shown(body[max(sentence[0], mention.start - _WIDTH) : mention.start], head)
    if _OF_THIS.match(body, mention.end, sentence[1]):
        return True
    before = body[max(sentence[0], mention.start - _WIDTH) : mention.start]
    behind = body[mention.end : min(sentence[1], mention.end + 8)]
    if _COLOURED_ZH.match(behind):
        return True
    if _CLAUSE_START_ZH.search(before) and contains_chinese(body[mention.start : mention.start + 1]):
        return True  # "紫色好看": a clause's topic
    subject, _ = subject_of(before, "en")
    return subject in own or _SAID.search(before) is not None


class Ownership:
    """Tells own mentions from those of other things, under one ontology."""

    def __init__(self, ontology: Ontology, standing: StandingReader | None = None) -> None:
        """Prepare.

        Args:
            ontology: Classes, whose labels are the nouns of products.
            standing: Reads the trees of sentences, where a parser is there.
        """
        self._ontology = ontology
        self._standing = standing
        nouns = ProductNouns(ontology)
        self._own_nouns = lru_cache(maxsize=1_000)(nouns.with_pronouns)
        self._class_nouns = nouns.all
        self._of_everything = frozenset(a.id for a in ontology.attributes_of(ROOT_CLASS))
        looks = {
            look: [n for v in ontology.values_of(look).values() for n in v.names("en")] for look in LOOKS
        }
        self._look_words = frozenset(
            w for names in looks.values() for n in names for w in n.casefold().split()
        )
        self._stuffs = frozenset(n.casefold() for look in (_COLOUR, _MATERIAL) for n in looks.get(look, ()))

    def is_of_other(self, text: Text, mention: Mention, class_id: str | None) -> bool:
        """Whether a value of an attribute is another thing's.

        Args:
            text: The document.
            mention: A ``has_value`` mention; others are always own.
            class_id: The product's class, whose labels are its own nouns.
        """
        attribute = self._ontology.attributes.get(mention.attribute)
        if attribute is None:
            return False
        if text.document.field == "title":
            title = text.document.text
            return attribute.id == _MATERIAL and (
                is_treated(title, mention.start, mention.end) or is_held(title, mention.start, self._stuffs)
            )
        body, sentence = text.document.text, text.sentence_at(mention.start)
        begin = max(sentence[0], mention.start - _WIDTH)
        before = body[begin : mention.start]
        language = text.document.language
        own = (
            self._own_nouns(class_id or ROOT_CLASS)
            | _words_of(" ".join(attribute.names(language)), language)
            | nouns_of_title(text.context.title)
        )
        is_measure = attribute.type == "quantity" and attribute.dimension != "count"
        if _is_of_person(body, before, mention.end):
            return True
        if (is_measure or attribute.id in LOOKS) and is_sold_apart(body, mention.end, sentence[1]):
            return True
        is_thing = is_measure or attribute.type == "quantity" or attribute.id in LOOKS
        if is_of_companion(body, before, mention.end, is_thing=is_thing):
            return True
        if (is_measure and _OF_WEARER.match(body, mention.end, sentence[1])) or (
            attribute.id == "clothing_size" and _WORN_SIZE.search(before)
        ):
            return True
        if self._modifies_other(body, before, mention.end, own, language):
            return True
        head = head_behind(body, mention.end, sentence[1], language)
        if (
            attribute.id in LOOKS
            and language == "zh"
            and is_of_surface_zh(body, mention.start, mention.end, text.context.title)
        ):
            return True
        if attribute.id in LOOKS and (
            _is_made_of(before, language, own)
            or _is_keeper(before, language, own)
            or is_wrap(before, head, own)
        ):
            return True
        if (
            (is_measure or attribute.id in LOOKS)
            and _GIVEN.search(before)
            and (is_measure or head not in own)
        ):
            return True
        if (
            attribute.dimension in _SUPPLY_DIMENSIONS
            and head in accessories(language, with_parts=False) - own
        ):
            return True  # "a 45 W charger" of a laptop
        if is_measure and (
            (attribute.dimension in _COMPATIBLE_DIMENSIONS and _names_other_thing(before))
            or (attribute.id in self._of_everything and is_of_user(before))
        ):
            return True
        if is_measure and _THICK.match(body, mention.end):
            subject = noun_before(before) or subject_of(before, "en")[0]
            if subject and subject not in own and subject not in self._look_words:
                return True  # "boards 27 mm thick", "the edge is 2 mm thick"
        if attribute.id in LOOKS and _BELIEVED.search(before):
            return True
        if not is_measure and text.document.field in _REVIEW_FIELDS and attribute.id in LOOKS:
            return not (
                _is_said_of_product(body, sentence, mention, head, own) or self._says_own(text, mention)
            )
        if is_measure and language == "en" and attribute.id in self._of_everything:
            named = _NAMED.search(before)
            if named and (accessories(language) - own).intersection(
                singular(w) for w in named["name"].split()
            ):
                return True  # "Cord length: 3 m"
        if attribute.id in {_COLOUR, _MATERIAL} and is_worked_on(
            before, head, own, self._stuffs, is_material=attribute.id == _MATERIAL
        ):
            return True
        if is_measure or attribute.id in LOOKS:
            is_listed = _BOX.match(body, sentence[0], mention.start) is not None
            if is_listed and head not in own and (is_measure or head):
                return True
            if (
                not is_measure
                and head not in own
                and _is_keeper_behind(body, mention.end, sentence[1], language)
            ):
                return True
        is_whole = attribute.id in self._of_everything or attribute.id in OWN_MEASURES
        if is_whole and attribute.dimension in _WHOLE_DIMENSIONS:
            phrase = phrase_behind(body, mention.end, sentence[1])
            return self._is_of_part(before, head, phrase, own, class_id, language)
        if not is_measure and attribute.type == "enum" and head:
            surface = body[mention.start : mention.end].casefold()
            if (
                head in parts() - own
                and attribute.id not in LOOKS
                and self._is_loose_name(attribute, mention, surface)
            ):
                return True
            is_apart = head in accessories(language, with_parts=False) and (
                head not in own or _is_compound_of_box(body, mention.end, sentence[1])
            )
            return is_apart and _is_delivered(before)
        return False

    def _says_own(self, text: Text, mention: Mention) -> bool:
        """Whether the sentence's tree says a look of the product."""
        if self._standing is None:
            return False
        standing = self._standing.of(text, mention.start, mention.end, is_look=True)
        return standing is not None and standing.says == "own"

    def _modifies_other(
        self, body: str, before: str, end: int, own: frozenset[str], language: Language
    ) -> bool:
        """Whether a mention is within a phrase that describes a thing of another class: "a laptop with Thunderbolt 4"."""
        if language == "zh":
            noun = _HEAD_ZH.match(body, end)
            if noun is None:
                return False
            names = {name for name in self._class_nouns if noun[1].startswith(name)}
            return bool(names) and not any(noun[1].startswith(name) for name in own)
        described = _DESCRIBED.search(before)
        if described is None:
            return False
        head = singular(described["noun"])
        return head in self._class_nouns - own_words() and head not in own

    def _is_loose_name(self, attribute: Attribute, mention: Mention, surface: str) -> bool:
        """Whether a value is called by another name than its label, which before a part's noun says how that part is."""
        value = self._ontology.values_of(attribute.id).get(mention.value)
        return value is not None and surface not in {value.label.en.casefold(), value.label.zh}

    def _is_of_part(
        self,
        before: str,
        head: str,
        phrase: Sequence[str],
        own: frozenset[str],
        class_id: str | None,
        language: Language,
    ) -> bool:
        if head:
            if _is_shown(before, head):
                return False
            if class_id is None and language == "en":
                # Of an unknown product every noun that its title lacks is another thing.
                return bool(phrase) and not own.intersection(map(singular, phrase))
            return head not in own and (
                head in accessories(language) or head in self._class_nouns - own_words()
            )
        subject, is_defined = subject_of(before, language)
        if not subject or subject in own or (language == "zh" and any(subject in name for name in own)):
            return False
        if subject in accessories(language):
            return True
        # Of a known class any other noun is a part: "the frame weighs 80 g".
        return is_defined and class_id is not None and subject in self._class_nouns


def _is_of_person(body: str, before: str, end: int) -> bool:
    persons = list(_PERSON.finditer(before))
    if not persons:
        return False
    person = persons[-1]
    if _SENTENCE_END.search(before, person.end()):
        return False
    # "This model is 20 cm long" is the product.
    about = body[end : end + 40]
    return (
        "model" not in person.group().casefold()
        or "model'" in person.group().replace("’", "'").casefold()
        or _WORN.search(person.group()) is not None
        or _TALL.match(about) is not None
        or _WORN_SIZE.search(before) is not None
    )


def _names_other_thing(before: str) -> bool:
    others = list(_OTHER_THING.finditer(before))
    return bool(others) and _TAKEN_OVER.search(before, others[-1].end()) is None


def _is_keeper(before: str, language: Language, own: frozenset[str]) -> bool:
    """Whether the clause's subject is a thing to keep the product in: "the travel case is", 旅行盒为."""
    if language == "zh":
        match = _keeper_zh().search(before)
        return match is not None and match["keeper"] not in own
    clauses = list(CLAUSE.finditer(before))
    clause = before[clauses[-1].end() if clauses and not opens_clause(clauses[-1]) else 0 :]
    verb = VERB.search(clause)
    words = clause[: verb.start()].casefold().split()[-2:] if verb else []
    lists = word_lists()["en"]
    return len(words) == 2 and words[0] in lists["keeps"] and singular(words[1]) in lists["separate"]


def _is_keeper_behind(body: str, end: int, stop: int, language: Language) -> bool:
    """Whether a thing to keep the product in is the head of a mention's phrase: "a walnut gift box", 胡桃木礼盒."""
    lists = word_lists()[language]
    if language == "zh":
        return any(body.startswith(f"{keep}{kind}", end) for keep in lists["keeps"] for kind in "盒袋套罩箱")
    words = phrase_behind(body, end, stop)
    return len(words) > 1 and words[-2].casefold() in lists["keeps"]


@lru_cache(maxsize=1)
def _keeper_zh() -> re.Pattern[str]:
    keeps = "|".join(sorted(word_lists()["zh"]["keeps"]))
    return re.compile(
        rf"(?:^|[，。；！、\s])[^，。；！、\s]{{0,2}}(?P<keeper>(?:{keeps})[盒袋包套罩箱])"
        rf"(?:[为是由用]|采用|材质)[^，。；\n]{{0,6}}$"
    )


def _is_made_of(before: str, language: Language, own: frozenset[str]) -> bool:
    """Whether it is a thing in the box that is made of something: "includes a pouch made of felt"."""
    if language == "zh":
        said = _MADE_OF_ZH.search(before)
        return said is not None and before[: said.start()].endswith(
            tuple(accessories("zh", with_parts=False))
        )
    noun = _MADE_OF.search(before)
    if noun is None or singular(noun["noun"]) not in accessories("en", with_parts=False) - own:
        return False
    words = before[: noun.start()].casefold().split()
    if words and words[-1] in word_lists()["en"]["keeps"]:
        return True  # "Carry bag of black polyester"
    return _is_delivered(before[: noun.start()]) or _INDEFINITE.search(before, 0, noun.start()) is not None


def _is_delivered(before: str) -> bool:
    return (
        re.search(
            r"\b(?:comes?|supplied|delivered|shipped|sold|packed|packaged|includes?|including|plus|free|"
            r"with)\b[^.;\n]{0,40}$"
            r"|(?:附赠|赠送|附送|附带|附有|配有|配备|随附|内含|加赠|另赠|还送|赠|附|送)[^，。；\n]{0,10}$",
            before,
            re.IGNORECASE,
        )
        is not None
    )


def _words_of(text: str, language: Language) -> frozenset[str]:
    if language == "zh":
        return frozenset({text})
    return frozenset(singular(word) for word in text.split())


def _is_compound_of_box(body: str, end: int, stop: int) -> bool:
    """Whether the noun behind a mention is a thing to keep the product in, although the product is called so: "dust bag"."""
    words = phrase_behind(body, end, stop)
    return len(words) > 1 and words[-2].casefold() in word_lists()["en"]["keeps"]
