"""Groups out of pairs: what is one by the decisions, and which of it stands for the rest."""

from __future__ import annotations

from collections.abc import Iterable


def groups_of(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The connected groups of (other, main) pairs, in order of their first members.

    The first member of a group is one that is never the other of a pair; of several, and of the rest, the smaller word
    comes first. So the groups depend on the pairs alone and not on their order.
    """
    above: dict[str, str] = {}
    others: set[str] = set()

    def root(name: str) -> str:
        while (up := above.setdefault(name, name)) != name:
            above[name] = above[up]
            name = up
        return name

    for other, main in pairs:
        above[root(other)] = root(main)
        others.add(other)
    members: dict[str, list[str]] = {}
    for name in list(above):
        members.setdefault(root(name), []).append(name)
    groups = [
        tuple(sorted(each, key=lambda name: (name in others, name)))
        for each in members.values()
        if len(each) > 1
    ]
    return sorted(groups)
