"""Evidence ids to sentences with the mention marked in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from api.schemas import EvidenceOut, Span
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore


def resolve_evidence(store: EvidenceStore, ids: Iterable[str]) -> dict[str, EvidenceOut]:
    """The evidence with these ids, ready to be shown; unknown ids and documents that are gone are left out.

    Raises:
        StoreUnavailable: The operational store does not answer.
    """
    evidence = store.in_documents(list(dict.fromkeys(ids)))
    return {item.id: _show(item, document, content_hash) for item, document, content_hash in evidence}


def show_evidence(evidence: Sequence[Evidence], documents: Mapping[str, Document]) -> dict[str, EvidenceOut]:
    """Evidence by id, with the text around it."""
    hashes = {name: document.content_hash for name, document in documents.items()}
    return {
        item.id: _show(item, documents[item.document_id], hashes[item.document_id])
        for item in evidence
        if item.document_id in documents
    }


def pick(resolved: Mapping[str, EvidenceOut], ids: Sequence[str], most: int) -> tuple[EvidenceOut, ...]:
    """The first ``most`` of ``ids`` that were resolved; what no longer stands in its text comes last."""
    known = [resolved[name] for name in ids if name in resolved]
    return tuple(sorted(known, key=lambda item: not item.is_current)[:most])


def _show(item: Evidence, document: Document, content_hash: str) -> EvidenceOut:
    is_current = content_hash == item.document_hash
    start, end = item.sentence
    # The text changed since it was read: its offsets mean nothing any more, only the surface is sure.
    sentence = document.text[start:end] if is_current else item.surface
    begin = start if is_current else item.start
    opinion = None
    if is_current and item.opinion is not None:
        opinion = _within(item.opinion, begin, len(sentence))
    return EvidenceOut.model_construct(  # what is in the store was checked when it was written
        id=item.id,
        document_id=item.document_id,
        field=item.field,
        review_id=document.review_id,
        language=item.language,
        surface=item.surface,
        start=item.start,
        end=item.end,
        sentence=sentence,
        sentence_start=begin,
        highlight=_within((item.start, item.end), begin, len(sentence))
        or Span.model_construct(start=0, end=0),
        opinion=opinion,
        polarity=item.polarity,
        negated=item.negated,
        confidence=item.confidence,
        extractor=item.extractor,
        extractor_version=item.extractor_version,
        ontology_release=item.ontology_release,
        is_current=is_current,
    )


def _within(span: tuple[int, int], begin: int, length: int) -> Span | None:
    start, end = max(0, span[0] - begin), min(length, span[1] - begin)
    return Span.model_construct(start=start, end=end) if start < end else None
