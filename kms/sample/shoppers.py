"""Generator of the sample's events: draws shoppers' behaviour from a preference model with a seed.

The model, in the order of drawing (every draw from one seeded generator):

1. *Catalogue.* Each product has an appeal (standard normal, scaled by ``popularity``; popularity is
   therefore log-normal, which gives the long tail of a shop), a quality (mean rating of its reviews
   against the mean of all), a price rank within its family (0 cheapest, 1 dearest) and the set of
   attribute values that its texts state of it. A share of the products is cold: no event names them.
2. *Shopper.* One to three families, a Dirichlet draw over the classes in each, two favoured brands per
   family, four favoured attribute values, a wanted price rank, a language (a quarter read Chinese
   first), an activity (log-normal number of sessions). A share is cold: one event or none.
3. *Utility* of a product for a shopper: log of the class's weight + ``brand`` if favoured + ``value``
   for each favoured value it has − ``price`` times the squared distance of price ranks + ``language`` if
   its language is the shopper's + ``quality`` times its quality + its appeal.
4. *Session.* A class is drawn by the shopper's weights, or, after a purchase, a complement of what was
   bought. Half of the sessions begin with a search in the shopper's language (the class's label,
   sometimes with a favoured value or a brand, sometimes with a typo). Some products are viewed: mostly
   of that class, else of its family, without repetition, by softmax of utility. Each view may become a
   cart, each cart a purchase, with logistic probabilities in the utility; a purchase may bring a
   complement along in the same session, and may be rated some days later: 3.6 + quality + match + noise,
   rounded, from 1 to 5.
5. *Reviews* of the catalogue go to shoppers of the review's language by softmax of utility, weaker for
   bad ratings; the shopper gets a purchase some days before and a rating at the review's time.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kms.journal.models import Event
from kms.ontology.model import Ontology
from kms.sample.models import SampleCatalog, SampleProduct
from kms.sample.source import REVIEW_EVENT
from kms.types import EventType, Language

Floats = NDArray[np.float64]

SEED = 20_261_121
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 300

USD = {"USD": 1.0, "EUR": 1.08, "GBP": 1.27, "CNY": 0.14}

COMPLEMENTS: dict[str, tuple[str, ...]] = {
    "laptop": ("mouse", "docking_station", "external_ssd", "keyboard"),
    "tablet": ("keyboard", "usb_charger"),
    "monitor": ("webcam", "docking_station", "mechanical_keyboard"),
    "mechanical_keyboard": ("mouse",),
    "keyboard": ("mouse",),
    "turntable": ("bookshelf_speaker",),
    "microphone": ("headset", "over_ear_headphones"),
    "true_wireless_earbuds": ("usb_charger",),
    "coffee_maker": ("coffee_grinder", "mug", "kitchen_scale"),
    "coffee_grinder": ("coffee_maker", "kitchen_scale"),
    "electric_kettle": ("mug",),
    "frying_pan": ("saucepan", "kitchen_accessory", "kitchen_knife"),
    "bakeware": ("kitchen_scale", "food_storage"),
    "tent": ("sleeping_bag", "sleeping_mat", "camping_lantern"),
    "sleeping_bag": ("sleeping_mat", "tent"),
    "sleeping_mat": ("sleeping_bag",),
    "camping_stove": ("camp_cookware", "bottle"),
    "backpack": ("hiking_poles", "dry_bag", "bottle", "head_torch"),
    "hiking_poles": ("backpack", "boots"),
    "boots": ("socks", "trousers"),
    "sneakers": ("socks",),
    "jacket": ("sweater", "hat", "scarf"),
    "dress": ("handbag", "lipstick"),
    "shirt": ("trousers",),
    "shampoo": ("hair_conditioner",),
    "hair_dryer": ("hair_conditioner",),
    "cleanser": ("moisturiser", "face_serum"),
    "face_serum": ("moisturiser", "sunscreen"),
    "makeup": ("lipstick", "cleanser"),
}


@dataclass(frozen=True)
class PreferenceModel:
    """Strengths of the model; see the module's text."""

    shoppers: int = 450
    cold_shoppers: float = 0.08
    cold_products: float = 0.07
    popularity: float = 0.9
    brand: float = 1.1
    value: float = 0.6
    price: float = 2.5
    language: float = 1.0
    quality: float = 0.5
    mean_sessions: float = 5.0
    search: float = 0.5
    typo: float = 0.08
    complement: float = 0.35
    same_class: float = 0.7


@dataclass
class _Shelf:
    """The catalogue as arrays, one row a product."""

    products: tuple[SampleProduct, ...]
    families: list[str]
    appeal: Floats
    quality: Floats
    price_rank: Floats
    values: list[frozenset[str]]
    is_cold: NDArray[np.bool_]
    by_class: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_family: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    related: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class _Shopper:
    id: str
    language: Language
    class_weights: dict[str, float]
    favoured_values: frozenset[str]
    favoured_brands: frozenset[str]
    utility: Floats
    sessions: int
    last_bought: int | None = None
    bought: set[int] = field(default_factory=set)


@dataclass
class _Draft:
    """An event without its id."""

    timestamp: datetime
    shopper_id: str
    type: EventType
    product: int | None = None
    session_id: str | None = None
    query: str | None = None
    query_id: str | None = None
    position: int | None = None
    value: float | None = None
    id: str = ""


def draw_events(
    sample: SampleCatalog, ontology: Ontology, model: PreferenceModel | None = None, *, seed: int = SEED
) -> list[Event]:
    """All events of all shoppers, ordered by time; equal arguments give equal events.

    Args:
        sample: The catalogue.
        ontology: Gives families and the words of searches.
        model: Strengths.
        seed: Of the one generator that everything is drawn from.
    """
    model = model or PreferenceModel()
    rng = np.random.default_rng(seed)
    shelf = _stock(sample, ontology, model, rng)
    shoppers = [_draw_shopper(number, shelf, model, rng) for number in range(1, model.shoppers + 1)]
    drafts: list[_Draft] = []
    for shopper in shoppers:
        drafts += _live(shopper, shelf, ontology, model, rng)
    drafts += _give_reviews(shoppers, shelf, rng)
    drafts.sort(key=lambda draft: (draft.timestamp, draft.shopper_id, draft.type, draft.id))
    return [_finish(number, draft, shelf) for number, draft in enumerate(drafts, start=1)]


def write_events(events: Iterable[Event], path: Path) -> None:
    """JSON lines, gzipped without a time stamp, so that equal events give equal bytes."""
    lines = (
        json.dumps(
            event.model_dump(mode="json", exclude_none=True), ensure_ascii=False, separators=(",", ":")
        )
        for event in events
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def _stock(
    sample: SampleCatalog, ontology: Ontology, model: PreferenceModel, rng: np.random.Generator
) -> _Shelf:
    products = tuple(sorted(sample.products, key=lambda product: product.id))
    families = [ontology.hierarchy.family(product.class_id) or product.class_id for product in products]
    ratings = [review.rating for product in products for review in product.reviews]
    mean = float(np.mean(ratings)) if ratings else 0.0
    quality = [
        float(np.mean([review.rating for review in product.reviews])) - mean if product.reviews else 0.0
        for product in products
    ]
    prices = [
        float(product.price.amount) * USD.get(product.price.currency, 1.0) if product.price else np.nan
        for product in products
    ]
    shelf = _Shelf(
        products=products,
        families=families,
        appeal=rng.normal(0.0, model.popularity, len(products)),
        quality=np.array(quality),
        price_rank=_rank_prices(np.array(prices), families),
        values=[_stated_values(product) for product in products],
        is_cold=rng.random(len(products)) < model.cold_products,
    )
    place = {product.id: index for index, product in enumerate(products)}
    for index, product in enumerate(products):
        shelf.by_class[product.class_id].append(index)
        shelf.by_family[families[index]].append(index)
        others = (*product.related.get("complements", ()), *product.related.get("compatible_with", ()))
        for other in others:
            if other in place:
                shelf.related[index].append(place[other])
                shelf.related[place[other]].append(index)
    return shelf


def _rank_prices(prices: Floats, families: Sequence[str]) -> Floats:
    ranks = np.full(len(prices), 0.5)
    for family in set(families):
        inside = [i for i, name in enumerate(families) if name == family and not np.isnan(prices[i])]
        for rank, index in enumerate(sorted(inside, key=lambda i: (prices[i], i))):
            ranks[index] = rank / max(1, len(inside) - 1)
    return ranks


def _stated_values(product: SampleProduct) -> frozenset[str]:
    """``attribute=value`` of the product's own texts, without what is denied or said of another product."""
    plain = {"class", "brand", "use", "audience", "product", "aspect", "opinion", "negation"}
    stated = set()
    for gold in (product.title, product.description):
        excluded = {link.tail for link in gold.relations if link.type in ("negates", "value_of")}
        stated |= {
            f"{mention.type}={mention.value}"
            for index, mention in enumerate(gold.mentions)
            if mention.type not in plain and index not in excluded and not mention.value[:1].isdigit()
        }
    return frozenset(stated)


def _draw_shopper(number: int, shelf: _Shelf, model: PreferenceModel, rng: np.random.Generator) -> _Shopper:
    names = sorted(shelf.by_family)
    families = rng.choice(names, size=min(len(names), 1 + int(rng.binomial(2, 0.45))), replace=False)
    shares = rng.dirichlet(np.full(len(families), 2.0))
    weights: dict[str, float] = {}
    brands: set[str] = set()
    for family, share in zip(families, shares, strict=True):
        inside = shelf.by_family[str(family)]
        classes = sorted({shelf.products[i].class_id for i in inside})
        for name, weight in zip(classes, rng.dirichlet(np.full(len(classes), 0.35)), strict=True):
            weights[name] = weights.get(name, 0.0) + float(share * weight)
        known = sorted({shelf.products[i].brand for i in inside})
        brands |= {str(name) for name in rng.choice(known, size=min(2, len(known)), replace=False)}
    members = [i for i, name in enumerate(shelf.families) if name in families]
    own = sorted({value for i in members for value in shelf.values[i]})
    liked = (
        frozenset(own[i] for i in rng.choice(len(own), size=min(4, len(own)), replace=False))
        if own
        else frozenset()
    )
    language: Language = "zh" if rng.random() < 0.25 else "en"
    wanted_rank = float(rng.beta(2.0, 2.0))
    utility = np.array(
        [
            np.log(weights.get(product.class_id, 0.0) + 1e-3)
            + model.brand * (product.brand in brands)
            + model.value * len(liked & shelf.values[i])
            + model.language * (product.language == language)
            for i, product in enumerate(shelf.products)
        ]
    )
    utility += model.quality * shelf.quality + shelf.appeal
    utility -= model.price * (shelf.price_rank - wanted_rank) ** 2
    utility[shelf.is_cold] = -np.inf
    is_cold = rng.random() < model.cold_shoppers
    sessions = 0 if is_cold else 1 + int(min(40, rng.lognormal(np.log(model.mean_sessions), 0.7)))
    return _Shopper(f"s{number:04d}", language, weights, liked, frozenset(brands), utility, sessions)


def _live(
    shopper: _Shopper, shelf: _Shelf, ontology: Ontology, model: PreferenceModel, rng: np.random.Generator
) -> list[_Draft]:
    if shopper.sessions == 0:  # cold: a single view, or never seen
        if rng.random() < 0.35:
            return []
        at = BEGIN + timedelta(seconds=int(rng.integers(0, DAYS * 86_400)))
        seen = _choose(shopper.utility, range(len(shelf.products)), 1, rng)
        return [_Draft(at, shopper.id, "view", index, f"{shopper.id}-1", position=0) for index in seen]
    drafts: list[_Draft] = []
    # the shop grows: later days see more sessions
    days = np.sort(DAYS * np.sqrt(rng.random(shopper.sessions)))
    for number, day in enumerate(days, start=1):
        at = BEGIN + timedelta(days=int(day), seconds=int(rng.normal(19 * 3_600, 2.5 * 3_600)) % 86_400)
        drafts += _visit(shopper, f"{shopper.id}-{number}", at, shelf, ontology, model, rng)
    return drafts


def _visit(
    shopper: _Shopper,
    session: str,
    at: datetime,
    shelf: _Shelf,
    ontology: Ontology,
    model: PreferenceModel,
    rng: np.random.Generator,
) -> list[_Draft]:
    drafts: list[_Draft] = []
    wanted = _want(shopper, shelf, model, rng)
    query_id = None
    if rng.random() < model.search:
        query_id = f"{session}-q"
        query = _word_query(shopper, wanted, shelf, ontology, model, rng)
        drafts.append(_Draft(at, shopper.id, "search", None, session, query, query_id))
    near = shelf.by_class[wanted]
    far = shelf.by_family[shelf.families[near[0]]]
    views = 1 + int(rng.geometric(0.35))
    viewed: list[int] = []
    for _ in range(views):
        pool = near if rng.random() < model.same_class else far
        viewed += _choose(shopper.utility, [i for i in pool if i not in viewed], 1, rng)
    for position, index in enumerate(viewed):
        at += timedelta(seconds=int(rng.integers(15, 240)))
        drafts.append(_Draft(at, shopper.id, "view", index, session, None, query_id, position))
        liking = float(shopper.utility[index])
        if index in shopper.bought or rng.random() > _logistic(liking + 0.6):
            continue
        at += timedelta(seconds=int(rng.integers(5, 60)))
        drafts.append(_Draft(at, shopper.id, "cart", index, session))
        if rng.random() > _logistic(liking + 1.0):
            continue
        drafts += _buy(shopper, index, session, at + timedelta(minutes=3), shelf, rng)
        partners = [i for i in _partners(index, shelf) if i not in shopper.bought]
        if partners and rng.random() < model.complement:
            for partner in _choose(shopper.utility, partners, 1, rng):
                drafts.append(
                    _Draft(at + timedelta(minutes=1), shopper.id, "view", partner, session, position=0)
                )
                drafts.append(_Draft(at + timedelta(minutes=2), shopper.id, "cart", partner, session))
                drafts += _buy(shopper, partner, session, at + timedelta(minutes=3), shelf, rng)
    return drafts


def _buy(
    shopper: _Shopper, index: int, session: str, at: datetime, shelf: _Shelf, rng: np.random.Generator
) -> list[_Draft]:
    shopper.bought.add(index)
    shopper.last_bought = index
    drafts = [_Draft(at, shopper.id, "purchase", index, session, value=1.0)]
    if rng.random() < 0.35:
        match = np.tanh(float(shopper.utility[index]) / 4.0)
        stars = 3.6 + shelf.quality[index] + 0.8 * match + rng.normal(0.0, 0.8)
        later = at + timedelta(days=int(rng.integers(2, 15)), minutes=int(rng.integers(0, 600)))
        value = float(np.clip(np.rint(stars), 1, 5))
        drafts.append(_Draft(later, shopper.id, "rating", index, value=value))
    return drafts


def _want(shopper: _Shopper, shelf: _Shelf, model: PreferenceModel, rng: np.random.Generator) -> str:
    if shopper.last_bought is not None and rng.random() < model.complement:
        partners = _choose(shopper.utility, _partners(shopper.last_bought, shelf), 1, rng)
        if partners:
            return shelf.products[partners[0]].class_id
    names = sorted(shopper.class_weights)
    weights = np.array([shopper.class_weights[name] for name in names])
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _partners(index: int, shelf: _Shelf) -> list[int]:
    classes = COMPLEMENTS.get(shelf.products[index].class_id, ())
    return list(
        dict.fromkeys([*shelf.related[index], *(i for name in classes for i in shelf.by_class[name])])
    )


def _word_query(
    shopper: _Shopper,
    wanted: str,
    shelf: _Shelf,
    ontology: Ontology,
    model: PreferenceModel,
    rng: np.random.Generator,
) -> str:
    term = ontology.classes[wanted]
    names = term.names(shopper.language) or (wanted.replace("_", " "),)
    words = names[int(rng.integers(0, len(names)))] if rng.random() < 0.4 else names[0]
    extra = ""
    kind = rng.random()
    if kind < 0.3:
        known = frozenset().union(*(shelf.values[i] for i in shelf.by_class[wanted]))
        inside = sorted(shopper.favoured_values & known)
        extra = _value_label(inside[0], ontology, shopper.language) if inside else ""
    elif kind < 0.45:
        inside = sorted({shelf.products[i].brand for i in shelf.by_class[wanted]} & shopper.favoured_brands)
        extra = inside[0] if inside else ""
    separator = "" if shopper.language == "zh" and not extra.isascii() else " "
    query = f"{extra}{separator}{words}".strip() if extra else words
    if query.isascii() and len(query) > 5 and rng.random() < model.typo:
        place = int(rng.integers(1, len(query) - 1))
        query = query[:place] + query[place + 1] + query[place] + query[place + 2 :]
    return query if shopper.language == "zh" or rng.random() < 0.3 else query.lower()


def _value_label(stated: str, ontology: Ontology, language: Language) -> str:
    attribute, _, value = stated.partition("=")
    described = ontology.attributes.get(attribute)
    vocabulary = ontology.vocabularies.get(described.vocabulary or "") if described else None
    term = vocabulary.values.get(value) if vocabulary else None
    return term.label.of(language) if term else ""


def _give_reviews(shoppers: Sequence[_Shopper], shelf: _Shelf, rng: np.random.Generator) -> list[_Draft]:
    drafts: list[_Draft] = []
    taken: set[tuple[str, int]] = set()
    active = [shopper for shopper in shoppers if shopper.sessions]
    for index, product in enumerate(shelf.products):
        if shelf.is_cold[index]:
            continue
        for review in product.reviews:
            fit = [s for s in active if s.language == review.language and (s.id, index) not in taken]
            strength = 1.0 if review.rating >= 3 else 0.5
            liking = np.array([strength * shopper.utility[index] for shopper in fit])
            for chosen in _choose(liking, range(len(fit)), 1, rng):
                shopper = fit[chosen]
                taken.add((shopper.id, index))
                at = datetime.combine(review.date, datetime.min.time(), UTC)
                at += timedelta(seconds=int(rng.integers(8 * 3_600, 23 * 3_600)))
                if index not in shopper.bought:
                    bought = at - timedelta(days=int(rng.integers(3, 30)), minutes=int(rng.integers(0, 600)))
                    drafts.append(_Draft(bought, shopper.id, "purchase", index, value=1.0))
                drafts.append(
                    _Draft(
                        at,
                        shopper.id,
                        "rating",
                        index,
                        value=float(review.rating),
                        id=f"{REVIEW_EVENT}{review.id}",
                    )
                )
    return drafts


def _choose(scores: Floats, pool: Sequence[int], count: int, rng: np.random.Generator) -> list[int]:
    """``count`` distinct members of the pool by softmax of their scores; cold ones never."""
    members = [i for i in pool if np.isfinite(scores[i])]
    if not members:
        return []
    logits = np.array([scores[i] for i in members])
    weights = np.exp(logits - logits.max())
    size = min(count, len(members))
    drawn = rng.choice(len(members), size=size, replace=False, p=weights / weights.sum())
    return [members[int(i)] for i in drawn]


def _logistic(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-value)))


def _finish(number: int, draft: _Draft, shelf: _Shelf) -> Event:
    return Event(
        id=draft.id or f"e{number:06d}",
        type=draft.type,
        shopper_id=draft.shopper_id,
        timestamp=draft.timestamp,
        product_id=None if draft.product is None else shelf.products[draft.product].id,
        session_id=draft.session_id,
        query=draft.query,
        query_id=draft.query_id,
        position=draft.position,
        value=draft.value,
    )
