"""A small graph in which every saved query of ``ontology/neo4j`` finds something."""

from __future__ import annotations

from kms.graph.models import REJECTED, Edge, GraphChanges, Node, NodeType


def _node(kind: NodeType, key: str, en: str, zh: str = "", **properties: str | float) -> Node:
    return Node(id=f"{kind}:{key}", type=kind, key=key, label_en=en, label_zh=zh, properties=dict(properties))


def _fact(
    product: str, relation: str, target: str, confidence: float = 0.9, support: int = 2, **properties: object
) -> Edge:
    attribute = target.removeprefix("value:").split("/")[0] if relation == "has_value" else ""
    extractors = properties.pop("by", ("rules", "model"))
    return Edge(
        source=f"product:{product}",
        relation=relation,
        target=target,
        attribute=attribute,
        confidence=confidence,
        support=support,
        extractors=extractors,  # type: ignore[arg-type]
        evidence=(f"evidence-of-{product}-{target}",),
        properties=properties,  # type: ignore[arg-type]
    )


def _turned_down(product: str, target: str, **properties: str) -> Edge:
    return _fact(
        product,
        REJECTED,
        target,
        0.4,
        1,
        of_relation="suited_for",
        of_attribute="",
        status="rejected",
        **properties,
    )


def _opinion(product: str, aspect: str, positive: int, negative: int) -> Edge:
    total = positive + negative
    return _fact(
        product,
        "has_aspect",
        f"aspect:{aspect}",
        0.95,
        total,
        positive=positive,
        negative=negative,
        neutral=0,
        polarity=round((positive - negative) / total, 2),
    )


SETTLED = {"conflict": True, "preferred": True}

BROWSER_GRAPH = GraphChanges(
    nodes=(
        _node("product", "AUD-001", "Veldra Hush 2 over-ear headphones", price=129.0, currency="EUR"),
        _node("product", "AUD-002", "Pulsebay Dot earbuds", price=49.99, currency="USD"),
        _node("product", "AUD-007", "Norvik Drift headphones", price=99.0, currency="EUR"),
        _node("product", "AUD-009", "Veldra travel case", price=19.0, currency="EUR"),
        _node("category", "audio", "audio", "音频"),
        _node("category", "headphones", "headphones", "耳机"),
        _node("category", "over_ear_headphones", "over-ear headphones", "头戴式耳机"),
        _node("category", "true_wireless_earbuds", "true wireless earbuds", "真无线耳机"),
        _node("brand", "veldra", "Veldra"),
        _node("brand", "pulsebay", "Pulsebay"),
        _node("value", "noise_cancelling/active", "active noise cancelling", "主动降噪"),
        _node("value", "connectivity/usb_c", "USB-C", "USB-C"),
        _node("value", "colour/grey", "grey", "灰色"),
        _node("value", "material/memory_foam", "memory foam", "记忆棉"),
        _node("value", "battery_life/108000 second", "30 h"),
        _node("value", "battery_life/93600 second", "26 h"),
        _node("value", "water_resistance/waterproof", "waterproof", "防水"),
        _node("use", "travel", "travel", "旅行"),
        _node("use", "office", "office", "办公"),
        _node("audience", "commuters", "commuters", "通勤族"),
        _node("aspect", "comfort", "comfort", "舒适度"),
        _node("aspect", "sound_quality", "sound quality", "音质"),
        _node("aspect", "battery_life", "battery life", "续航"),
    ),
    edges=(
        *(
            Edge(source=f"category:{narrow}", relation="subcategory_of", target=f"category:{broad}")
            for narrow, broad in (
                ("headphones", "audio"),
                ("over_ear_headphones", "headphones"),
                ("true_wireless_earbuds", "headphones"),
            )
        ),
        _fact("AUD-001", "in_category", "category:over_ear_headphones", 1.0, by=("shop",)),
        _fact("AUD-007", "in_category", "category:over_ear_headphones", 1.0, by=("shop",)),
        _fact("AUD-002", "in_category", "category:true_wireless_earbuds", 1.0, by=("shop",)),
        _fact("AUD-001", "made_by", "brand:veldra", 1.0, by=("shop",)),
        _fact("AUD-009", "made_by", "brand:veldra", 1.0, by=("shop",)),
        _fact("AUD-002", "made_by", "brand:pulsebay", 1.0, by=("shop",)),
        _fact("AUD-001", "has_value", "value:noise_cancelling/active", 0.97, 5),
        _fact("AUD-007", "has_value", "value:noise_cancelling/active", 0.93, 3),
        _fact("AUD-002", "has_value", "value:noise_cancelling/active", 0.55, 1, by=("model",)),
        _fact("AUD-001", "has_value", "value:connectivity/usb_c", 0.9),
        _fact("AUD-007", "has_value", "value:connectivity/usb_c", 0.88),
        _fact("AUD-002", "has_value", "value:connectivity/usb_c", 0.8, by=("table",)),
        _fact(
            "AUD-001",
            "has_value",
            "value:colour/grey",
            1.0,
            4,
            status="accepted",
            decided_by="user:anna",
            decided_at="2026-03-01T10:00:00+00:00",
            reason="checked",
        ),
        _turned_down(
            "AUD-001",
            "audience:commuters",
            decided_by="user:bert",
            reason="misread",
            decided_at="2026-02-01T10:00:00+00:00",
        ),
        _turned_down("AUD-009", "use:office", reason="not_of_class", rule="class has attribute"),
        _fact("AUD-007", "has_value", "value:colour/grey", 0.7, 1),
        _fact("AUD-001", "has_value", "value:material/memory_foam", 0.85),
        _fact("AUD-001", "has_value", "value:battery_life/108000 second", 0.98, 3, **SETTLED, written="30 h"),
        _fact(
            "AUD-001", "has_value", "value:battery_life/93600 second", 0.5, 1, conflict=True, written="26 h"
        ),
        _fact("AUD-007", "has_value", "value:water_resistance/waterproof", 0.35, 1, denied_by=1),
        _fact("AUD-001", "suited_for", "use:travel", 0.8, 3),
        _fact("AUD-007", "suited_for", "use:travel", 0.7, 1),
        _fact(
            "AUD-001",
            "suited_for",
            "use:office",
            0.75,
            inferred_by="quiet_for_offices",
            inferred_from="noise_cancelling:value:noise_cancelling/active; in_category:category:over_ear_headphones",
        ),
        _fact("AUD-002", "for_audience", "audience:commuters", 0.7),
        _opinion("AUD-001", "comfort", 2, 5),
        _opinion("AUD-001", "sound_quality", 9, 1),
        _opinion("AUD-001", "battery_life", 6, 1),
        _opinion("AUD-002", "sound_quality", 3, 2),
        _opinion("AUD-007", "comfort", 4, 1),
        _fact("AUD-009", "complements", "product:AUD-001", 0.9, 1, by=("shop",)),
        _fact("AUD-001", "substitutes", "product:AUD-007", 0.9, 1, by=("shop",)),
    ),
)
