"""Spellings of English: the American writing of a British word and the other way round."""

from __future__ import annotations

import re
from functools import lru_cache

_PAIRS = (  # British, American; of words that shops write
    "aeroplane airplane,aluminium aluminum,analogue analog,artefact artifact,axe ax,calibre caliber,"
    "calliper caliper,carat karat,catalogue catalog,centre center,chilli chili,cosy cozy,cosies cozies,"
    "doughnut donut,draught draft,fibre fiber,fibreglass fiberglass,gauge gage,grey gray,greyscale grayscale,"
    "jewellery jewelry,kerb curb,kilometre kilometer,licence license,liquorice licorice,litre liter,"
    "manoeuvre maneuver,metre meter,millilitre milliliter,millimetre millimeter,mould mold,moulding molding,"
    "mouldable moldable,mum mom,moustache mustache,omelette omelet,paediatric pediatric,plough plow,"
    "pyjama pajama,pyjamas pajamas,skilful skillful,sombre somber,speciality specialty,sulphate sulfate,"
    "sulphur sulfur,theatre theater,tyre tire,vice vise,whisky whiskey,woollen woolen,yoghurt yogurt"
)
_OTHER = {
    word: other
    for pair in _PAIRS.split(",")
    for british, american in (pair.split(),)
    for word, other in ((british, american), (american, british))
}
_OUR = re.compile(
    r"^(?P<before>[a-z]*[aeiou][a-z]*[^aeiou\W])o(?P<u>u?)r(?P<behind>s|ed|ing|less|ful|able|ite|y|er|fast)?$"
)
"""Colour, odourless, favourite, savoury; a vowel stands before, which "four" and "flour" lack."""
_ISE = re.compile(r"^(?P<before>[a-z]{4,}i)(?P<letter>[sz])(?P<behind>e|ed|er|ers|es|ing|able|ation)$")


@lru_cache(maxsize=1 << 14)
def other_spelling(word: str) -> str | None:
    """The other writing of an English word, lower-cased: "color" for "colour", "steriliser" for "sterilizer".

    Of some words it is none ("motour"), but never another word.
    """
    folded = word.casefold()
    if known := _OTHER.get(folded):
        return known
    if not folded.isascii():
        return None
    if match := _OUR.fullmatch(folded):
        vowel = "or" if match["u"] else "our"
        return f"{match['before']}{vowel}{match['behind'] or ''}"
    if match := _ISE.fullmatch(folded):
        letter = "z" if match["letter"] == "s" else "s"
        return f"{match['before']}{letter}{match['behind']}"
    return None
