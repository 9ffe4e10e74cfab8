"""Names of quantities: which dimension a column's words speak of, so that "Length feet" is told from "rubber feet"."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS: dict[str, str] = {
    "length": "length width height depth thickness diameter radius circumference girth diagonal distance range reach span"
    " size dimension drop inseam waist chest hips neck bust shoulder clearance stroke travel pitch spacing opening",
    "area": "area surface coverage",
    "volume": "volume capacity content contents",
    "mass": "mass weight load payload weighing loading",
    "time": "time times duration life lifetime period interval timer delay timeout wait exposure shutter latency"
    " response age",
    "temperature": "temperature temp",
    "pressure": "pressure vacuum",
    "force": "force load",
    "power": "power wattage",
    "energy": "energy consumption",
    "voltage": "voltage",
    "current": "current amperage",
    "impedance": "impedance resistance",
    "frequency": "frequency",
    "rotation_speed": "speed",
    "speed": "speed",
    "flow_rate": "flow",
    "data_rate": "speed bandwidth",
    "density": "density grammage",
    "torque": "torque",
    "sound_level": "noise volume loudness",
    "illuminance": "illuminance",
    "luminous_intensity": "intensity brightness",
    "luminous_flux": "brightness flux",
    "luminance": "luminance brightness",
    "data_size": "memory storage capacity",
    "pixel_count": "resolution",
    "count": "number count quantity amount order age",
    "ratio": "ratio rate rating humidity level price cost grade score",
}
"""Words that name quantities, by dimension; what is counted or rated has none that a unit measures."""
_DIMENSIONS: dict[str, frozenset[str]] = {
    word: frozenset(d for d, words in _WORDS.items() if word in words.split())
    for each in _WORDS.values()
    for word in each.split()
}
_ENDS = {"time": "time", "times": "time", "life": "time", "runtime": "time", "speed": "speed"}
"""Ends of compounds, with a word that they mean: "playtime"."""


def dimensions_named(words: Sequence[str]) -> frozenset[str]:
    """The dimensions of the last word of a name that names a quantity; empty where none does.

    A time counts wherever it stands, for what follows says of which: "Burn time high".
    """
    found: frozenset[str] = frozenset()
    for word in words:
        folded = word.casefold()
        end = next((means for end, means in _ENDS.items() if folded.endswith(end)), folded)
        of_word = _DIMENSIONS.get(folded) or _DIMENSIONS.get(end, frozenset())
        found = of_word | (found & {"time"}) if of_word else found
    return found


def names_several(word: str) -> bool:
    """Whether a word is a plural, whose numbers count: "players min"."""
    folded = word.casefold()
    return len(folded) > 3 and folded.endswith("s") and not folded.endswith("ss")
