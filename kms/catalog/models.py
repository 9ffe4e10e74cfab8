"""Cleaned products and reviews as a shop's files state them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from kms.catalog.offers import Availability, Offer, Picture, Shipping, Translation, Variant
from kms.currency import Price
from kms.types import Frozen, Identifier, Language, Moment, ProductRole

Publication = Literal["published", "hidden", "draft", "archived"]
CategoryPath = tuple[Annotated[str, Field(min_length=1, max_length=500)], ...]
Name = Annotated[str, Field(min_length=1, max_length=200)]
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


_EASIEST_FIRST: tuple[Availability, ...] = (
    "in_stock",
    "preorder",
    "backorder",
    "out_of_stock",
    "discontinued",
)

KIND_SIGN = " » "
"""Between a category path and a kind beside it."""


class PriceRange(NamedTuple):
    """The lowest and the highest price of a product; ``usual``: of the lowest, where that is a sale's."""

    low: Price
    high: Price
    usual: Price | None = None


class Product(Offer):
    """One product of the catalogue, cleaned: Unicode normalised, no HTML, language known.

    With variants, ``price`` and ``sale`` are those of the cheapest one.

    Attributes:
        attributes: The shop's own table, name to value as written, in the shop's order.
        category: The shop's category: an ontology class id where it is one, else the shop's words.
        category_paths: Places in the shop's trees, each from the root to the leaf.
        related: What the shop itself states about other products, by role.
        pictures: All of them; ``image_url`` is the first.
        numbers: Further numbers by name, such as margin or delivery days.
        texts: Further texts by name, which are not read for facts.
        translations: By language (``de``, ``zh-Hant``).
    """

    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=2_000)]
    description: Annotated[str, Field(max_length=50_000)] = ""
    brand: Annotated[str, Field(max_length=200)] | None = None
    category: Annotated[str, Field(max_length=500)] | None = None
    language: Language = "en"
    attributes: dict[str, str] = Field(default_factory=dict)
    related: dict[ProductRole, tuple[str, ...]] = Field(default_factory=dict)
    variants: Annotated[tuple[Variant, ...], Field(max_length=5_000)] = ()
    category_paths: tuple[CategoryPath, ...] = ()
    tags: tuple[Name, ...] = ()
    pictures: Annotated[tuple[Picture, ...], Field(max_length=500)] = ()
    seller: Annotated[str, Field(max_length=200)] | None = None
    shipping: tuple[Shipping, ...] = ()
    numbers: dict[Name, Annotated[float, Field(allow_inf_nan=False)]] = Field(default_factory=dict)
    texts: dict[Name, Annotated[str, Field(max_length=50_000)]] = Field(default_factory=dict)
    publication: Publication = "published"
    published_at: Moment | None = None
    unpublished_at: Moment | None = None
    translations: dict[LanguageTag, Translation] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_variants(self) -> Product:
        if len({variant.id for variant in self.variants}) < len(self.variants):
            raise ValueError("two variants have the same id")
        return self

    def is_public_at(self, moment: datetime) -> bool:
        """Whether shoppers may see it at a moment."""
        has_begun = self.published_at is None or self.published_at <= moment
        has_ended = self.unpublished_at is not None and self.unpublished_at <= moment
        return self.publication == "published" and has_begun and not has_ended

    def moments_after(self, moment: datetime) -> list[datetime]:
        """When its price or publication becomes another by itself, in order."""
        sales = [offer.sale for offer in (self, *self.variants) if offer.sale is not None]
        dates = [each for sale in sales for each in sale.moments()]
        dates += [each for each in (self.published_at, self.unpublished_at) if each is not None]
        return sorted({each for each in dates if each > moment})

    def is_in_stock(self) -> bool | None:
        """Whether it, or one of its variants, can be ordered now; ``None`` where the shop says nothing of any.

        A product whose own row says that it cannot be ordered cannot, whatever its variants say.
        """
        own = self.can_be_bought()
        said = [each for variant in self.variants if (each := variant.can_be_bought()) is not None]
        if self.availability in ("out_of_stock", "discontinued"):
            return False
        return any(said) if said else own

    def current_availability(self) -> Availability | None:
        """Its state now; with variants that of the one that is easiest to get: it is out of stock when all of them are."""
        states = {each for variant in self.variants if (each := variant.current_availability()) is not None}
        if not states or self.availability in ("out_of_stock", "discontinued"):
            return super().current_availability()
        return next(each for each in _EASIEST_FIRST if each in states)

    def price_range_at(self, moment: datetime) -> PriceRange | None:
        """What its variants cost at a moment, those in the currency of the first; without variants its own price."""
        sold: Sequence[Offer] = self.variants
        offers = [offer for offer in sold if offer.price_at(moment) is not None] or [self]
        priced = [(price, offer) for offer in offers if (price := offer.price_at(moment)) is not None]
        if not priced:
            return None
        same = [pair for pair in priced if pair[0].currency == priced[0][0].currency]
        low, cheapest = min(same, key=lambda pair: pair[0].amount)
        high = max((price for price, _ in same), key=lambda price: price.amount)
        usual = cheapest.price if cheapest.price is not None and cheapest.price.amount > low.amount else None
        return PriceRange(low, high, usual)

    def first_picture(self) -> Picture | None:
        """The picture that stands for it in lists."""
        if self.pictures:
            return self.pictures[0]
        address = self.image_url or ""
        is_address = address.lower().startswith(("https://", "http://", "/static/")) and not any(
            c.isspace() for c in address
        )
        return Picture(url=address) if is_address else None

    def category_path(self) -> str | None:
        """Its place in the shop's tree with ``>`` between the names: the deepest of its paths, else its category.

        A category that is no name of any path (an ontology's class id) was given on purpose and comes first.
        """
        names = {name for path in self.category_paths for name in path}
        if not self.category_paths or (self.category is not None and self.category not in names):
            return self.category
        depth = max(len(path) for path in self.category_paths)
        return " > ".join(next(path for path in self.category_paths if len(path) == depth))

    def category_kind(self) -> str | None:
        """The one name that a row gives beside a single path of several, such as Shopify's type beside its category.

        It may be the finer of the two; whether it is, the whole catalogue tells (``kms.catalog.categories``).
        """
        kinds = [path[0] for path in self.category_paths if len(path) == 1]
        longer = [path for path in self.category_paths if len(path) > 1]
        if not kinds or len(longer) != 1 or self.category_path() != " > ".join(longer[0]):
            return None
        named = {name.casefold() for name in longer[0]}
        return kinds[0] if kinds[0].casefold() not in named else None

    def stated_category(self) -> str | None:
        """Its place in the shop's tree, and behind ``»`` its kind, where the row has both."""
        path, kind = self.category_path(), self.category_kind()
        return path if kind is None else f"{path}{KIND_SIGN}{kind}"

    def table(self) -> dict[str, str]:
        """Its attributes, and the options of its variants that they do not state, with all values of each."""
        options = {name: ", ".join(values)[:10_000] for name, values in self.options().items()}
        return {**{n: v for n, v in options.items() if v and n not in self.attributes}, **self.attributes}

    def all_codes(self) -> tuple[str, ...]:
        """SKU, GTIN and MPN of the product and of each variant, and the variants' ids; distinct, in order."""
        own = (*self.codes(), *(code for v in self.variants for code in (v.id, *v.codes())))
        return tuple(dict.fromkeys(own))

    def options(self) -> dict[str, tuple[str, ...]]:
        """The values of each option over all variants, in the shop's order."""
        values: dict[str, dict[str, None]] = {}
        for variant in self.variants:
            for name, value in variant.options.items():
                values.setdefault(name, {})[value] = None
        return {name: tuple(each) for name, each in values.items()}


class Review(Frozen):
    """A shopper's words on a product; ``rating`` is 1 to 5."""

    id: Identifier
    product_id: Identifier
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    title: Annotated[str, Field(max_length=1_000)] = ""
    text: Annotated[str, Field(max_length=50_000)] = ""
    language: Language = "en"
    created_at: datetime | None = None
    shopper_id: Annotated[str, Field(max_length=128)] | None = None
