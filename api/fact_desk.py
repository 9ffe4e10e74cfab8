"""Facts as a catalogue team decides on them: listed by filters with status and reason, named, shown with their sentences."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from api.fact_schemas import DecisionOut, FactPage, FactTrace, ListedFact
from api.facts import describe_fact
from api.schemas import EvidenceOut
from api.sentences import resolve_evidence
from kms.decisions.contexts import context_of
from kms.decisions.models import Decision, FactName, MentionName
from kms.decisions.reasons import REASON_LABELS, Reason
from kms.errors import InputError, NotFoundError
from kms.facts.keys import fact_key
from kms.facts.linking import Linker
from kms.facts.outliers import Doubt, find_implausible, sizes_of
from kms.facts.products import ProductNames
from kms.facts.rejected import as_fact
from kms.facts.targets import check_number, decidable_relations, name_fact
from kms.graph.models import REJECTED, Edge, Node
from kms.identity.brands import by_use
from kms.ontology.labels import normalise
from kms.ontology.structure import BRAND, HAS_VALUE, IN_SHOP_CATEGORY, PRODUCT
from kms.text.nearest import nearest_name

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.ontology.model import Ontology

Status = Literal["proposed", "accepted", "rejected", "superseded"]
STATUSES: tuple[Status, ...] = ("proposed", "accepted", "rejected", "superseded")
IMPLAUSIBLE = "implausible_size"
CONFLICT = "cardinality"
DOUBTS = (IMPLAUSIBLE, CONFLICT)
"""Reasons to doubt a fact that is held: a size far from those of its kind, a value beside one that was preferred."""
_MOST = 1_000_000
_KEPT_S = 60.0


@dataclass(frozen=True)
class FactFilter:
    """Which facts are meant; what is left empty does not matter.

    Attributes:
        product_id: Of one product.
        field: An attribute, or a relation.
        target: Node id of what is said.
        status: As ``STATUSES``.
        reason: Of a decision, of a rule of the ontology, or one of ``DOUBTS``.
    """

    product_id: str = ""
    field: str = ""
    target: str = ""
    status: Status | None = None
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == FactFilter()


class FactDesk:
    """Lists and names facts of an installation."""

    def __init__(self, platform: Platform, ontology: Ontology | None = None) -> None:
        """Read from an installation's stores.

        Args:
            platform: The installation.
            ontology: The release in force; default: the installation's.
        """
        self._platform = platform
        self._ontology = ontology or platform.ontology
        self._linkers: dict[bool, tuple[float, Linker]] = {}

    def find(self, wanted: FactFilter) -> list[tuple[Edge, Doubt | None]]:
        """The facts that a filter lets through, by product; rejected ones as the edges that they would be.

        Raises:
            StoreUnavailable: The graph store does not answer.
        """
        doubts = self._doubts() if wanted.reason == IMPLAUSIBLE else {}
        found = []
        for edge in self._edges(wanted):
            doubt = doubts.get((edge.source, edge.attribute, edge.target))
            if wanted.status and status_of(edge) != wanted.status:
                continue
            if wanted.target and edge.target != wanted.target:
                continue
            if wanted.reason and wanted.reason not in _reasons(edge, doubt):
                continue
            found.append((edge, doubt))
        return found

    def page(self, wanted: FactFilter, *, limit: int = 50, offset: int = 0) -> FactPage:
        """Some of the facts that a filter lets through, with their sentences, and how many there are by status and reason.

        Raises:
            StoreUnavailable: A store does not answer.
        """
        found = self.find(wanted)
        shown = found[offset : offset + limit]
        statuses: dict[str, int] = {}
        reasons: dict[str, int] = {}
        for edge, doubt in found:
            statuses[status_of(edge)] = statuses.get(status_of(edge), 0) + 1
            for reason in _reasons(edge, doubt):
                reasons[reason] = reasons.get(reason, 0) + 1
        return FactPage(total=len(found), statuses=statuses, reasons=reasons, facts=tuple(self._show(shown)))

    def of_product(self, product_id: str) -> list[ListedFact]:
        """All facts of a product, also the rejected ones, without opinions."""
        return list(self._show(self.find(FactFilter(product_id=product_id))))

    def why(self, product_id: str, name: FactName) -> FactTrace:
        """A fact of a product with all that it rests on, down to what texts say.

        Raises:
            NotFoundError: The product is not known, or has no such fact.
            StoreUnavailable: A store does not answer.
        """
        found = self.find(FactFilter(product_id=product_id))
        by_key = {
            fact_key(edge.relation, edge.attribute, edge.target): (edge, shown)
            for (edge, _), shown in zip(found, self._show(found), strict=True)
        }
        key = fact_key(name.relation, name.attribute, name.target)
        if key not in by_key:
            raise NotFoundError(
                f"product {product_id!r} has no fact {key}; kms facts list --product shows those it has"
            )
        return self._trace(key, by_key, frozenset())

    def _trace(
        self, key: str, by_key: Mapping[str, tuple[Edge, ListedFact]], above: frozenset[str]
    ) -> FactTrace:
        edge, fact = by_key[key]
        rule = str(edge.properties.get("inferred_by", ""))
        implied = str(edge.properties.get("implied_by", ""))
        keys = fact.fact.inferred_from if rule else (implied,) if implied else ()
        known = self._ontology.rules.get(rule)
        return FactTrace(
            fact=fact,
            follows="rule" if rule else "implication" if implied else "",
            rule=rule or implied,
            note=known.note if known else "",
            sources=tuple(
                self._trace(each, by_key, above | {key})
                for each in keys
                if each in by_key and each not in above
            ),
        )

    def name(self, field: str, said: str) -> FactName:
        """The fact that a person writes as a field and a value.

        Args:
            field: An attribute's or a relation's id.
            said: A node id, a name, a quantity, yes or no.

        Raises:
            InputError: There is no such field, or the value cannot be read.
            NotFoundError: Nothing is called so.
        """
        relation, attribute = split_field(field, self._ontology)
        return name_fact(relation, attribute, said, self._linker_for(relation))

    def check_stated(self, name: FactName, said: str) -> None:
        """Refuse a number that a person states and that no product can have, or of which ``name`` leaves a part out.

        Raises:
            InputError: Says what to write instead.
        """
        check_number(name, said, self._ontology)

    def history(self, product_id: str) -> list[Decision]:
        """All decisions on a product and on the others that describe the same, the newest first.

        Raises:
            NotFoundError: Nobody knows it, and nobody ever decided on it.
        """
        found = self._platform.decisions.history(*self._platform.identities.group_of(product_id))
        if not found:
            self.main_of(product_id)
        return found

    def is_said(self, product_id: str, name: FactName | MentionName, *, exactly: bool = False) -> bool:
        """Whether a product has a fact now, rejected or not; of numbers, whether it has any of the attribute.

        Args:
            product_id: The one that stands in the graph.
            name: The fact.
            exactly: Whether a number is to be the same.
        """
        node = f"product:{product_id}"
        graph = self._platform.graph
        edges = graph.edges_of(node, direction="out", limit=_MOST)
        edges += map(as_fact, graph.edges_of(node, relations=[REJECTED], direction="out", limit=_MOST))
        return any(
            (edge.relation, edge.attribute) == (name.relation, name.attribute)
            and (edge.target == name.target or (not exactly and "si_low" in edge.properties))
            for edge in edges
        )

    def mention(self, evidence_id: str) -> tuple[str, MentionName]:
        """The product and the lasting name of the mention that a piece of evidence is now.

        Raises:
            NotFoundError: There is no such evidence, or its text is gone.
        """
        found = self._platform.evidence.in_documents([evidence_id])
        if not found:
            raise NotFoundError(f"no mention {evidence_id!r}; kms facts show lists the mentions of a fact")
        evidence, document, _ = found[0]
        name = MentionName(
            relation=evidence.relation,
            attribute=evidence.attribute if evidence.relation == HAS_VALUE else "",
            field=evidence.field,
            surface=evidence.surface,
            context=context_of(document.text, evidence.start, evidence.end),
        )
        return evidence.product_id, name

    def show(self, decision: Decision) -> DecisionOut:
        """A decision in words."""
        about = decision.about
        instead = decision.corrected
        en, zh = REASON_LABELS[Reason(decision.reason)]
        return DecisionOut(
            id=decision.id,
            product_id=decision.product_id,
            kind=decision.kind,
            relation=about.relation,
            attribute=about.attribute,
            target=about.target,
            surface=about.surface if isinstance(about, MentionName) else "",
            context=about.context if isinstance(about, MentionName) else "",
            verdict=decision.verdict.value,
            reason=decision.reason.value,
            reason_en=en,
            reason_zh=zh,
            note=decision.note,
            to_relation=instead.relation if instead else "",
            to_attribute=instead.attribute if instead else "",
            to_target=instead.target if instead else "",
            by=decision.by,
            at=decision.at,
            valid_from=decision.valid_from,
            valid_until=decision.valid_until,
            release=decision.release,
            undoes=decision.undoes,
            undone_by=decision.undone_by,
            undone_at=decision.undone_at,
        )

    def main_of(self, product_id: str) -> str:
        """The product that stands for one in the graph.

        Raises:
            NotFoundError: Nobody knows it.
        """
        catalog = self._platform.catalog
        if not catalog.known_ids([product_id]):
            raise NotFoundError(f"product {product_id!r} is not in the catalogue")
        group = self._platform.identities.group_of(product_id)
        there = set(catalog.known_ids(group))
        return next(each for each in group if each in there)

    def _edges(self, wanted: FactFilter) -> Iterator[Edge]:
        graph = self._platform.graph
        relation, attribute = split_field(wanted.field, self._ontology) if wanted.field else ("", "")
        holds = wanted.status != "rejected"
        turned_down = wanted.status in (None, "rejected", "superseded")
        if wanted.product_id:
            node = f"product:{self.main_of(wanted.product_id)}"
            edges: list[Iterable[Edge]] = (
                [graph.edges_of(node, direction="out", limit=_MOST)] if holds else []
            )
            if turned_down:
                edges.append(graph.edges_of(node, relations=[REJECTED], direction="out", limit=_MOST))
        else:
            edges = [graph.iter_edges([relation] if relation else ())] if holds else []
            if turned_down:
                edges.append(graph.iter_edges([REJECTED]))
        for part in edges:
            for stored in part:
                edge = as_fact(stored) if stored.relation == REJECTED else stored
                if not edge.source.startswith("product:") or edge.relation == IN_SHOP_CATEGORY:
                    continue
                if not relation or (edge.relation, edge.attribute) == (relation, attribute):
                    yield edge

    def _doubts(self) -> Mapping[tuple[str, str, str], Doubt]:
        return find_implausible(*sizes_of(self._platform.graph.iter_edges()), self._ontology)

    def _show(self, found: Sequence[tuple[Edge, Doubt | None]]) -> Iterator[ListedFact]:
        platform, ontology = self._platform, self._ontology
        ends = list(dict.fromkeys(end for edge, _ in found for end in (edge.source, edge.target)))
        nodes: dict[str, Node] = {node.id: node for node in platform.graph.nodes(ends)}
        resolved: dict[str, EvidenceOut] = resolve_evidence(
            platform.evidence, [name for edge, _ in found for name in edge.evidence[:5]]
        )
        for edge, doubt in found:
            if edge.target not in nodes:
                continue
            product_id = edge.source.partition(":")[2]
            title = nodes[edge.source].label_en if edge.source in nodes else product_id
            properties = edge.properties
            yield ListedFact(
                product_id=product_id,
                product_title=title,
                status=status_of(edge),
                reason=next(iter(_reasons(edge, doubt)), ""),
                rule=str(properties.get("rule", "")),
                decided_by=str(properties.get("decided_by", "")),
                decided_at=str(properties.get("decided_at", "")),
                decision=str(properties.get("decision", "")),
                note=str(properties.get("note", "")),
                usual=doubt.usual if doubt else None,
                fact=describe_fact(edge, nodes[edge.target], ontology, resolved),
            )

    def _linker_for(self, relation: str) -> Linker:
        """Linker that knows what a relation leads to; brands and titles are read from the catalogue once a minute."""
        known = self._ontology.relations.get(relation)
        is_of_rows = known is not None and known.range in (BRAND, PRODUCT)
        made = self._linkers.get(is_of_rows)
        if made is None or (is_of_rows and time.monotonic() - made[0] > _KEPT_S):
            brands: Counter[str] = Counter()
            titles: dict[str, str] = {}
            for product_id, title, brand in self._platform.catalog.names() if is_of_rows else ():
                titles[product_id] = title
                if brand:
                    brands[brand] += 1
            linker = Linker(
                self._ontology,
                brands=by_use(brands),
                brand_names=self._platform.brand_names(),
                products=ProductNames(titles),
            )
            made = self._linkers[is_of_rows] = (time.monotonic(), linker)
        return made[1]


def status_of(edge: Edge) -> Status:
    """The status of a fact: proposed where nobody decided on it or on a rival."""
    said = edge.properties.get("status", "proposed")
    return next((status for status in STATUSES if status == said), "proposed")


def split_field(field: str, ontology: Ontology) -> tuple[str, str]:
    """Relation and attribute of a field: the id of an attribute or a relation, or its label in either language.

    Raises:
        InputError: There is no such field, or several are called so; the message names what there is.
    """
    if field in ontology.attributes:
        return HAS_VALUE, field
    relations = [each for each in decidable_relations(ontology) if each != HAS_VALUE]
    if field in relations:
        return field, ""
    called: dict[str, list[str]] = {}
    for term in (*ontology.attributes.values(), *(ontology.relations[each] for each in relations)):
        for name in {normalise(each) for each in (term.label.en, term.label.zh, term.id)}:
            called.setdefault(name, []).append(term.id)
    ids = called.get(normalise(field), [])
    if len(ids) == 1:
        return split_field(ids[0], ontology)
    if ids:
        raise InputError(f"{field!r} is the name of several: {', '.join(ids)}; give one of these ids")
    nearest = nearest_name(normalise(field), called)
    hint = f"did you mean {' or '.join(called[nearest])}? " if nearest else ""
    raise InputError(
        f"{field!r} is no attribute and no relation; {hint}relations are {', '.join(relations)}, and kms ontology show "
        "lists the attributes"
    )


def _reasons(edge: Edge, doubt: Doubt | None) -> list[str]:
    reasons = [str(edge.properties["reason"])] if "reason" in edge.properties else []
    if doubt is not None:
        reasons.append(IMPLAUSIBLE)
    if edge.properties.get("preferred") is False and not reasons:
        reasons.append(CONFLICT)
    return reasons
