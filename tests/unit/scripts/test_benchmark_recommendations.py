"""Page of the recommendation benchmark."""

from __future__ import annotations

from pathlib import Path

from scripts.benchmark_recommendations import PARTS, TITLE, write_page


def test_a_part_is_put_into_the_page_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write_page(page, {"One": "first"})
    assert page.read_text("utf-8") == f"{TITLE}\n\n## One\n\nfirst\n"
    page.write_text(
        "# Title\n\nWhy.\n\n## One\n\nfirst\n\n## Other\n\nby hand\n\n### Below\n\ntext\n", "utf-8"
    )
    write_page(page, {"One": "second", "New": "third"})
    assert page.read_text("utf-8") == (
        "# Title\n\nWhy.\n\n## One\n\nsecond\n\n## Other\n\nby hand\n\n### Below\n\ntext\n\n## New\n\nthird\n"
    )


def test_both_parts_have_their_own_title() -> None:
    titles = [title for title, _ in PARTS.values()]
    assert len(set(titles)) == len(titles) == 2
