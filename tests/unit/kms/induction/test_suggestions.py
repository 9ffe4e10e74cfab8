"""Uses, audiences and aspects are suggested out of texts, with counts, and those that are known are not."""

from __future__ import annotations

import yaml

from kms.induction.suggestions import ShopText, Suggestion, suggest_terms, suggestions_file
from kms.ontology.load import load_ontology

KNOWN = load_ontology()
FILLER = "It comes in a box with a short guide and a spare part. "


def shop(*texts: str, is_review: bool = False) -> list[ShopText]:
    return [ShopText(f"p{n}", f"{FILLER}{text}", is_review) for n, text in enumerate(texts)]


def suggested(texts: list[ShopText]) -> dict[str, str]:
    return {each.words: each.kind for each in suggest_terms(texts, KNOWN)}


def test_uses_and_audiences_of_english_texts() -> None:
    texts = shop(
        "Great for whittling at the table.",
        "Perfect for whittling.",
        "Ideal for whittling and carving.",
        "Designed for beekeepers.",
        "Made for beekeepers who work alone.",
        "Perfect for beekeepers.",
        "Great for hiking.",
        "Perfect for hiking.",
        "Ideal for hiking.",
    )
    assert suggested(texts) == {"whittling": "use", "beekeepers": "audience"}


def test_aspects_are_what_reviews_judge() -> None:
    texts = shop(
        "The ferrule is very loose.", "The ferrule was solid.", "Its ferrule feels cheap.", is_review=True
    )
    assert suggested(texts) == {"ferrule": "aspect"}
    assert not suggested([ShopText(each.product_id, each.text) for each in texts])


def test_chinese_texts() -> None:
    texts = shop("适合养蜂人使用。", "本品适合养蜂人。", "适合养蜂人、茶席。", "适合茶席使用", "适用于茶席。")
    assert suggested(texts) == {"养蜂人": "audience", "茶席": "use"}


def test_few_products_and_common_words_are_no_suggestion() -> None:
    assert not suggested(shop("Great for whittling.", "Great for whittling."))
    assert not suggested([ShopText("p0", "Great for whittling. " * 9)])


def test_the_file_is_yaml_of_the_ontologys_form() -> None:
    text = suggestions_file(
        [Suggestion("use", "dry fly fishing", 4, 6, 12.0, "Great for dry fly fishing: all day.")]
    )
    assert yaml.safe_load(text) == {"uses": {"dry_fly_fishing": {"label": {"en": "dry fly fishing"}}}}
    assert "4 products, 6 mentions" in text


def test_what_a_text_advises_against_is_no_use() -> None:
    texts = shop(
        "It is not recommended for lathework.",
        "Not really suitable for lathework.",
        "This isn't meant, and was never designed for lathework.",
    )
    assert not suggested(texts)


def test_things_of_a_class_are_no_use_and_work_on_them_is() -> None:
    texts = shop(*["Great for heirloom backpacks. Great for patching backpacks."] * 3)
    assert suggested(texts) == {"patching backpacks": "use"}
