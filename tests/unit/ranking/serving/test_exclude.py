"""Names by which excluded things are looked for."""

from __future__ import annotations

import pytest

from kms.lexical.models import IndexedProduct
from kms.ontology.load import load_ontology
from kms.ontology.model import ROOT_CLASS
from ranking.models import SearchRequest
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.search.exclude import find_lacking, names_of
from ranking.serving.search.pipeline import Searcher
from tests.made_index import MadeIndex

ONTOLOGY = load_ontology()
READER = QueryReader(ONTOLOGY, brands={}, products_of={}, speller=Speller({}, set()))


@pytest.mark.parametrize(
    ("query", "written", "others"),
    [
        ("headphones without mic", "mic", {"microphone", "麦克风"}),
        ("charger not gan", "gan", {"GaN", "氮化镓"}),
        ("不要真皮的手提包", "真皮", {"leather"}),
        ("headphones that are not wireless", "wireless", {"无线"}),
    ],
)
def test_an_excluded_thing_is_known_by_all_its_names(query: str, written: str, others: set[str]) -> None:
    (entity,) = [e for e in READER.understand(query).entities if e.negated]
    names = names_of(ONTOLOGY, entity)
    assert names[0] == written
    assert others <= set(names)


def test_short_names_are_left_out() -> None:
    (size,) = [e for e in READER.understand("hoodie not small").entities if e.negated]
    assert "S" not in names_of(ONTOLOGY, size)


def laptop(name: str, system: str | None) -> IndexedProduct:
    """A laptop whose system its facts say, if any."""
    label = ONTOLOGY.values_of("operating_system")[system].label.en if system else None
    return IndexedProduct(
        id=name,
        title=f"{name} laptop",
        category="laptop",
        labels=(label,) if label else (),
        facets={
            "category": ("laptop", ROOT_CLASS),
            **({"attr.operating_system": (system,)} if system else {}),
        },
        numbers={"price": 500.0, "popularity": 0.0},
    )


@pytest.fixture(scope="module")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [laptop("Adral", "linux"), laptop("Borvik", "no_os"), laptop("Cestra", None)]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("laptops"), products))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("laptop without os", {"Borvik", "Cestra"}),
        ("laptop no OS", {"Borvik"}),
        ("OS-free laptop", {"Borvik"}),
        ("laptop", {"Adral", "Borvik", "Cestra"}),
    ],
)
def test_the_levels_of_an_attribute_tell_what_has_none_of_it(
    laptops: Searcher, query: str, found: set[str]
) -> None:
    answer = laptops.search(SearchRequest(query=query))
    assert {hit.product_id for hit in answer.hits} == found


def snack(name: str, description: str) -> IndexedProduct:
    """A bar of which only the description says what is in it."""
    return IndexedProduct(
        id=name,
        title=f"{name} bar",
        description=description,
        facets={"category": (ROOT_CLASS,)},
        numbers={"price": 3.0, "popularity": 0.0},
    )


@pytest.fixture(scope="module")
def snacks(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    products = [
        snack("Adral", "Contains soybeans. Lactose-free."),
        snack("Borvik", "Soy-free, with sesame."),
        snack("Cestra", "Crunchy oats. Goes well with soy drinks."),
        snack("Dunholm", "Free of soy? It contains soy."),
        snack("Elgar", "With hazelnuts. Free shipping."),
        snack("Farrow", "Bpa free tub. Contains gluten. Egg free."),
    ]
    return Searcher(MadeIndex(tmp_path_factory.mktemp("snacks"), products))


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("bar without soy", {"Borvik", "Cestra"}, {"Dunholm"}),
        ("soy-free bar", {"Borvik"}, {"Dunholm"}),
        ("bar without sesame", {"Adral", "Cestra"}, {"Borvik"}),
        ("bar without nut", {"Adral", "Borvik"}, {"Elgar"}),
    ],
)
def test_what_a_description_says_to_be_in_a_thing_excludes_it(
    snacks: Searcher, query: str, found: set[str], missing: set[str]
) -> None:
    hits = {hit.product_id for hit in snacks.search(SearchRequest(query=query)).hits}
    assert found <= hits
    assert not missing & hits


def test_free_of_something_else_is_not_free_of_what_is_asked_for(snacks: Searcher) -> None:
    index = snacks._index
    lacking = {index.ids[int(at)] for at in find_lacking(index, "soy").nonzero()[0]}
    assert lacking == {"Borvik"}
    assert {index.ids[int(at)] for at in find_lacking(index, "bpa").nonzero()[0]} == {"Farrow"}
    assert not find_lacking(index, "gluten").any()
    assert not find_lacking(index, "hazelnut").any()


def throw(name: str, *cells: str) -> IndexedProduct:
    """A throw whose table says what the ontology reads nothing in."""
    return IndexedProduct(
        id=name,
        title=f"{name} throw",
        cells=cells,
        facets={"category": (ROOT_CLASS,)},
        numbers={"popularity": 0.0},
    )


def test_cells_of_the_shops_table_exclude_though_no_fact_says_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    products = [throw("Tarn", "acrylic", "wool"), throw("Moor", "merino", "nylon"), throw("Fell", "cotton")]
    searcher = Searcher(MadeIndex(tmp_path_factory.mktemp("throws"), products))
    found = {hit.product_id for hit in searcher.search(SearchRequest(query="throw without wool")).hits}
    assert found == {"Fell"}
    found = {hit.product_id for hit in searcher.search(SearchRequest(query="wool-free throw")).hits}
    assert found == {"Fell"}
