"""What ``kms brands`` refuses."""

from __future__ import annotations

import pytest

from api.cli.brands import check_alias
from kms.errors import InputError
from kms.ontology.model import OntologyBrand

BRANDS = ["Leafwick", "Leafwick Tea Co.", "Klarglas"]


def test_a_name_that_no_product_has_is_no_alias() -> None:
    with pytest.raises(InputError, match="no product has the brand 'Nope'; write it as"):
        check_alias("Nope", BRANDS, [])
    with pytest.raises(InputError, match="did you mean 'Klarglas'"):
        check_alias("Klarglass", BRANDS, [])


def test_names_of_rows_and_of_the_ontology_are_aliases() -> None:
    known = OntologyBrand.model_validate(
        {"id": "leafwick", "label": {"en": "Leafwick"}, "alt": {"en": ["LWK"]}}
    )
    check_alias("LEAFWICK tea co.", BRANDS, [])
    check_alias("LWK", BRANDS, [known])
