"""Browsing: the tree of the shop's categories, a category's breadcrumb, and what is below it."""

from __future__ import annotations

from collections.abc import Sequence

from api.categories import CategoryView
from api.pages.components import draw_notice
from api.pages.elements import tag
from api.pages.i18n import Words
from api.pages.state import category_url
from kms.catalog.categories import Category

_FAMILIES_SHOWN = 12


def draw_categories(words: Words, roots: Sequence[CategoryView]) -> None:
    """The page of the whole tree."""
    if not roots:
        draw_notice(words("no_categories"), words("no_categories_text"), link=(words("back_to_search"), "/"))
        return
    tag("h1", "results-title", words("categories"))
    with tag("div", "tree-columns"):
        for root in find_departments(roots):
            with tag("section", "tree"):
                with tag("h2", "tree-root"):
                    _draw_link(words, root)
                _draw_below(words, root)


def find_departments(roots: Sequence[CategoryView]) -> Sequence[CategoryView]:
    """The first categories that tell products apart: those below one that everything is in, such as "Pet supplies"."""
    while len(roots) == 1 and len(roots[0].children) > 0:
        roots = roots[0].children
    return roots


def _draw_below(words: Words, view: CategoryView) -> None:
    if not view.children:
        return
    with tag("ul", "tree-list"):
        for child in view.children:
            with tag("li", ""):
                _draw_link(words, child)
                _draw_below(words, child)


def draw_families(words: Words, categories: Sequence[CategoryView]) -> None:
    """The shop's departments as large links, the largest of them at least."""
    categories = find_departments(categories)
    if not categories:
        return
    with tag("nav", "families", aria_label=words("families")):
        for view in categories[:_FAMILIES_SHOWN]:
            family = view.category.class_id or ""
            with tag("a", f"family family-{family}".rstrip("-"), href=category_url(view.category.id)):
                tag("span", "", label_of(words, view.category))
                tag("span", "family-count", f"{view.count:,}")
    if len(categories) > _FAMILIES_SHOWN or any(view.children for view in categories):
        tag("a", "all-categories", words("all_categories"), href="/categories")


def draw_breadcrumb(words: Words, path: Sequence[Category], *, is_whole: bool = True) -> None:
    """The way from the root to a category; each step leads to its page.

    Args:
        words: The page's language.
        path: The categories.
        is_whole: Whether the last one is the page itself, which then is no link.
    """
    with tag("nav", "breadcrumb", aria_label=words("breadcrumb")), tag("ol", ""):
        with tag("li", ""):
            tag("a", "label", words("categories"), href="/categories")
        for category in path[:-1] if is_whole else path:
            with tag("li", ""):
                tag("a", "label", label_of(words, category), href=category_url(category.id))
        for category in path[-1:] if is_whole else ():
            with tag("li", ""):
                tag("span", "label", label_of(words, category), aria_current="page")


def draw_children(words: Words, view: CategoryView) -> None:
    """The categories directly below one, with the number of their products."""
    if not view.children:
        return
    with tag("nav", "children", aria_label=words("families")):
        for child in view.children:
            with tag("a", "child", href=category_url(child.category.id)):
                tag("span", "label", label_of(words, child.category))
                tag("span", "child-count", f"{child.count:,}")


def label_of(words: Words, category: Category) -> str:
    """A category's name in the page's language."""
    return words.pick(category.label_en, category.label_zh)


def _draw_link(words: Words, view: CategoryView) -> None:
    with tag("a", "tree-link", href=category_url(view.category.id)):
        tag("span", "label", label_of(words, view.category))
        tag("span", "tree-count", f"{view.count:,}")
