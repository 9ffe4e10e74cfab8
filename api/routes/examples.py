"""Examples for OpenAPI, cut from real answers on the sample catalogue."""

from __future__ import annotations

from typing import Any

_EVIDENCE: dict[str, Any] = {
    "id": "ecf5a676fc9cbf8aa0b0d30f",
    "document_id": "product:AUD-006#title",
    "field": "title",
    "review_id": None,
    "language": "en",
    "surface": "waterproof",
    "start": 24,
    "end": 34,
    "sentence": "Bramblewave Pebble XL – waterproof portable speaker in teal",
    "sentence_start": 0,
    "highlight": {"start": 24, "end": 34},
    "opinion": None,
    "polarity": None,
    "negated": False,
    "confidence": 0.8,
    "extractor": "rules",
    "extractor_version": "rules-1",
    "ontology_release": "1.0.0",
    "is_current": True,
}
_CARD: dict[str, Any] = {
    "id": "AUD-006",
    "title": "Bramblewave Pebble XL – waterproof portable speaker in teal",
    "brand": "Bramblewave",
    "price": {"amount": 89.95, "currency": "EUR"},
    "image_url": None,
    "language": "en",
    "rating": 4.25,
}
_NODE: dict[str, Any] = {
    "id": "value:water_resistance/waterproof",
    "type": "value",
    "key": "water_resistance/waterproof",
    "label_en": "waterproof",
    "label_zh": "防水",
    "properties": {},
}
_EDGE: dict[str, Any] = {
    "source": "product:AUD-006",
    "relation": "has_value",
    "target": "value:water_resistance/waterproof",
    "attribute": "water_resistance",
    "confidence": 0.76,
    "support": 1,
    "extractors": ["rules"],
    "properties": {},
}
_HIT: dict[str, Any] = {
    "position": 1,
    "product": _CARD,
    "score": 1.36204,
    "sources": {"text": 1.0, "vector": 0.17964, "graph": 0.1824},
    "reasons": [
        {
            "source": "graph",
            "share": 0.1339,
            "text_en": "It has waterproof",
            "text_zh": "具有防水",
            "terms": [],
            "path": [
                {
                    "source": "product:AUD-006",
                    "source_label": _CARD["title"],
                    "relation": "has_value",
                    "target": _NODE["id"],
                    "target_label": "waterproof",
                    "confidence": 0.76,
                    "evidence": [_EVIDENCE],
                }
            ],
            "because_of": [],
        }
    ],
}
_RANKED: dict[str, Any] = {
    "query_id": "668fbb13551d4c1ca8455672d731f69b",
    "hits": [_HIT],
    "degraded": [],
    "index_version": 7,
    "took_ms": 12.4,
}

SEARCH_ANSWER: dict[str, Any] = {
    **_RANKED,
    "total": 31,
    "understanding": {
        "query": "waterproof speaker under 100",
        "language": "en",
        "text": "waterproof speaker",
        "entities": [
            {
                "start": 0,
                "end": 10,
                "surface": "waterproof",
                "kind": "value",
                "node": _NODE["id"],
                "field": "attr.water_resistance",
                "value": "waterproof",
                "label_en": "waterproof",
                "label_zh": "防水",
                "negated": False,
            }
        ],
        "constraints": [
            {
                "surface": "under 100",
                "condition": {"field": "price", "any_of": [], "none_of": [], "lte": 100.0},
            }
        ],
        "corrections": [],
    },
    "matching": {
        "rule": "all_terms",
        "class_rule": "certain",
        "classes": ["speaker"],
        "dropped": [],
        "given_up": [],
    },
    "related": [],
    "alternatives": [],
    "facets": {
        "brand": [{"value": "bramblewave", "label_en": "Bramblewave", "label_zh": "Bramblewave", "count": 3}]
    },
    "next_cursor": "WzEsMTAsIjUwYjI4ZDU0YjE2OSJd",
}
SEARCH_REQUEST: dict[str, Any] = {
    "query": "waterproof speaker under 100",
    "filter": {
        "conditions": [
            {"field": "brand", "any_of": ["bramblewave", "kinoto"]},
            {"field": "price", "lte": 100},
            {"field": "attr.material", "none_of": ["plastic"]},
        ]
    },
    "facets": ["brand", "category"],
    "sort": "relevance",
    "limit": 10,
    "explain": True,
}
SUGGEST_ANSWER: dict[str, Any] = {
    "suggestions": [
        {"text": "headphones", "kind": "class", "id": "category:headphones", "image_url": None},
        {"text": "headset", "kind": "word", "id": "", "image_url": None},
    ]
}
RECOMMEND_ANSWER: dict[str, Any] = {
    **_RANKED,
    "kind": "personal",
    "hits": [
        {
            **_HIT,
            "reasons": [
                {
                    "source": "behaviour",
                    "share": 0.52,
                    "text_en": "Because you viewed Nodewell Octo 7-in-1 USB-C hub, space grey",
                    "text_zh": "因为您看过Nodewell Octo 7-in-1 USB-C hub, space grey",
                    "terms": [],
                    "path": [],
                    "because_of": [{"id": "COM-030", "title": "Nodewell Octo 7-in-1 USB-C hub, space grey"}],
                }
            ],
        }
    ],
}
BESIDE_ANSWER: dict[str, Any] = {**_RANKED, "kind": "similar"}
COMPLEMENTS_ANSWER: dict[str, Any] = {**_RANKED, "kind": "complements"}
TRENDING_ANSWER: dict[str, Any] = {**_RANKED, "kind": "trending"}
PRODUCT_ANSWER: dict[str, Any] = {
    **{k: v for k, v in _CARD.items() if k != "rating"},
    "description": "Throw it in the pool, it floats.",
    "category": "portable_speaker",
    "category_path": [
        {
            **_NODE,
            "id": "category:audio",
            "type": "category",
            "key": "audio",
            "label_en": "audio",
            "label_zh": "音频",
        }
    ],
    "attributes": {"Colour": "teal", "Weight": "0.9 kg"},
    "related": {},
    "facts": [
        {
            "relation": "has_value",
            "attribute": "water_resistance",
            "attribute_label_en": "water resistance",
            "attribute_label_zh": "防水性能",
            "target": _NODE,
            "confidence": 0.76,
            "support": 1,
            "extractors": ["rules"],
            "properties": {},
            "is_used": True,
            "evidence": [_EVIDENCE],
        }
    ],
    "reviews": {
        "count": 4,
        "ratings": 4,
        "mean_rating": 4.25,
        "aspects": [
            {
                "id": "sound_quality",
                "label_en": "sound quality",
                "label_zh": "音质",
                "positive": 3,
                "negative": 1,
                "neutral": 0,
                "polarity": 0.5,
                "evidence": [],
            }
        ],
    },
    "documents": [],
    "degraded": [],
}
EVENTS_REQUEST: dict[str, Any] = {
    "events": [
        {
            "event_id": "e-20261121-0001",
            "action_name": "click",
            "client_id": "s0028",
            "session_id": "b7d1",
            "query_id": "668fbb13551d4c1ca8455672d731f69b",
            "timestamp": "2026-11-21T12:00:00Z",
            "message_type": "INFO",
            "message": "Clicked the first result",
            "event_attributes": {
                "object": {"object_id": "AUD-006", "object_id_field": "product_id"},
                "position": {"ordinal": 1},
            },
        }
    ]
}
EVENTS_ANSWER: dict[str, Any] = {"stored": 1, "known": 0, "refused": []}
EVENTS_PARTLY: dict[str, Any] = {
    "stored": 1,
    "known": 0,
    "refused": [
        {
            "index": 1,
            "event_id": "e-20261121-0002",
            "code": "unknown_product",
            "message": "product 'NONE-1' is not in the catalogue",
        }
    ],
}
NODES_ANSWER: dict[str, Any] = {"nodes": [_NODE]}
SUBGRAPH_ANSWER: dict[str, Any] = {"nodes": [_NODE], "edges": [_EDGE], "truncated": False}
READY_ANSWER: dict[str, Any] = {
    "status": "ready",
    "index_version": 7,
    "products": 212,
    "checks": {"database": "ok", "graph": "ok", "vectors": "ok", "index": "ok"},
}


def answer(example: dict[str, Any], description: str = "The answer.") -> dict[str, Any]:
    """An answer with an example, as FastAPI takes it."""
    return {"description": description, "content": {"application/json": {"example": example}}}
