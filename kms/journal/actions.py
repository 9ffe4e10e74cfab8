"""Names of actions: what shops and their browsers call the six types of events."""

from __future__ import annotations

from collections.abc import Mapping

from kms.types import EventType

ACTIONS: Mapping[str, EventType] = {
    "view": "view",
    "product_view": "view",
    "item_view": "view",
    "page_view": "view",
    "click": "click",
    "item_click": "click",
    "product_click": "click",
    "add_to_cart": "cart",
    "cart": "cart",
    "purchase": "purchase",
    "buy": "purchase",
    "order": "purchase",
    "rating": "rating",
    "rate": "rating",
    "search": "search",
    "query": "search",
    "on_search": "search",
}
"""What is called how; other actions are refused, so that a typing error does not lose events in silence."""
