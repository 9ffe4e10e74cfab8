"""The shop's categories: its tree with the number of products."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.routes import examples
from api.routes.parameters import TEXT_PATTERN, UseServices, problems
from api.schemas import CategoriesOut, CategoryPlaceOut

router = APIRouter(tags=["categories"])

Depth = Annotated[int, Query(ge=1, le=12, description="Levels of the tree.")]


@router.get("/categories", responses={200: examples.answer("categories"), **problems(422, 503)})
def categories(services: UseServices, depth: Depth = 12) -> CategoriesOut:
    """The shop's category tree, from the category paths of its products.

    A shop whose products state no paths has the tree of its classes. `filter=shop_category:ID` searches in a category.
    """
    return services.categories(depth=depth)


@router.get(
    "/categories/{category_id:path}",
    responses={200: examples.answer("category"), **problems(404, 422, 503)},
)
def category(
    services: UseServices,
    category_id: Annotated[
        str,
        Path(
            min_length=1,
            max_length=200,
            pattern=TEXT_PATTERN,
            description="A category's id: slugs with `/` between.",
            examples=["audio/headphones"],
        ),
    ],
    depth: Depth = 12,
) -> CategoryPlaceOut:
    """One category: the path to it, the number of its products, and the categories below it."""
    return services.category(category_id, depth=depth)
