"""The few ways in which pages make elements. Text always goes in as text, never as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nicegui.element import Element


def tag(name: str, classes: str = "", text: str | None = None, /, **attributes: object) -> Element:
    """An HTML element, usable as a context for its children.

    Args:
        name: The HTML tag.
        classes: CSS classes.
        text: Its text; shown as it is, whatever characters it holds.
        attributes: HTML attributes; underscores become hyphens, a trailing one is dropped; those that are
            ``None`` are left out. The text of an input is its ``defaultValue``: a ``value`` would be put back
            over what is being typed each time anything on the page changes.
    """
    from nicegui import ui
    from nicegui.elements.mixins.text_element import TextElement

    element: Element = ui.element(name) if text is None else TextElement(tag=name, text=text)
    if classes:
        element.classes(classes)
    for key, value in attributes.items():
        if value is not None:
            element.props[key.rstrip("_").replace("_", "-")] = value
    return element


def drawing(svg: str, classes: str = "", /) -> Element:
    """An SVG of the pages' own making; never give it a text from outside."""
    from nicegui import ui

    element: Element = ui.html(svg, sanitize=False)
    return element.classes(classes).props("aria-hidden=true")
