"""Brands of an induced ontology: names that are surely one brand, and as comments those that may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kms.identity.brands import BrandNames
from kms.identity.store import Identity
from kms.induction.flow import to_flow
from kms.induction.slugs import make_slug, make_unique
from kms.ontology.labels import normalise
from kms.text.chinese import contains_chinese

SURE = 0.9
"""Least score of a pair of names that are written as one brand (the same letters, both names in one field)."""
_MOST_DOUBTFUL = 200


def brand_lines(proposals: Sequence[Identity]) -> Iterator[str]:
    """Lines of the brands."""
    sure = [each for each in proposals if each.kind == "brand_alias" and each.score >= SURE]
    written = BrandNames([(each.left, each.right) for each in sure]).brands
    if written:
        yield "# Brands that rows write in several ways. Remove what is not one brand, and add what is."
        yield "brands:"
    evidence = {name: each for each in sure for name in (each.left, each.right)}
    taken: set[str] = set()
    names_taken: set[str] = set()
    for brand in written:
        names = [name for name in dict.fromkeys(brand.names) if normalise(name) not in names_taken]
        if len(names) < 2:
            continue  # only signs or capitals differ, which every reader of names folds
        names_taken.update(map(normalise, names))
        label, others = _by_language(names)
        plain = {"label": label, "alt": others} if others else {"label": label}
        identifier = make_unique(make_slug(brand.names[0]), taken)
        taken.add(identifier)
        yield f"  # {'; '.join(evidence[brand.names[0]].evidence)}"
        yield f"  {to_flow(identifier)}: {to_flow(plain)}"
    doubtful = [each for each in proposals if each not in sure][:_MOST_DOUBTFUL] if written else []
    for each in doubtful:
        what = "may be a line of" if each.kind == "sub_brand" else "may be"
        yield f"  # {each.left} {what} {each.right} ({each.score:.2f}: {'; '.join(each.evidence)})".replace(
            "\n", " "
        )


def _by_language(names: Sequence[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The main name, with one in the other language where there is any, and the other names."""
    label: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    folded: set[str] = set()
    for name in names:
        language = "zh" if contains_chinese(name) else "en"
        if normalise(name) in folded:
            continue
        folded.add(normalise(name))
        if language not in label:
            label[language] = name
        else:
            others.setdefault(language, []).append(name)
    return label, others
