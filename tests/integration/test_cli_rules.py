"""``kms rules``: what is in force, files that are checked, and what they would do."""

from __future__ import annotations

from pathlib import Path

from kms.ontology import default_folder
from tests.integration.cli_fixture import Command, environment, fresh
from tests.platform_fixture import platform_state

__all__ = ["environment", "fresh", "platform_state"]

ROWS = (
    "id,title,category,hydrostatic head,persons",
    "T-1,Brevo tent,Tents,3000 mm,2",
    "T-2,Brevo big tent,Tents,5000 mm,6",
    "T-3,Brevo sun tent,Tents,800 mm,4",
)
RULES = """rules:
  tents_for_many:
    when: [{class: tent}, {attribute: persons, at_least: "5"}]
    then: suited_for/festivals
    note: Friends sleep in one.
"""


def test_rules_are_listed_checked_tried_and_explained(fresh: Command, tmp_path: Path) -> None:
    products, rules = tmp_path / "products.csv", tmp_path / "rules.yaml"
    products.write_text("\n".join(ROWS) + "\n", "utf-8")
    rules.write_text(RULES, "utf-8")
    fresh("ingest", "products", str(products))
    fresh("extract")
    listed = {each["id"]: each["facts"] for each in fresh.json("rules", "list")["rules"]}
    assert (listed["tent_water_column"], listed["tent_families"], listed["monitor_gaming"]) == (2, 2, 0)
    assert "tent_water_column" in fresh("rules", "list").stdout

    checked = fresh("rules", "check", str(rules)).stdout
    assert "1 rules are sound: tents_for_many" in checked
    assert f"put the file into {default_folder() / 'rules'}" in checked
    (effect,) = fresh.json("rules", "preview", str(rules))["rules"]
    assert (effect["rule"]["facts"], effect["new"]) == (1, 1)
    told = fresh("rules", "preview", str(rules)).stdout
    assert "1 facts, 1 of them new" in told and "T-2 Brevo big tent" in told
    rules.write_text(RULES.replace("tent}", "tend}"), "utf-8")
    assert (
        "rules.yaml:3: rule 'tents_for_many': no class 'tend'"
        in fresh("rules", "check", str(rules), status=1).stdout
    )
    rules.write_bytes(b"\x89PNG\xff")
    refused = [fresh("rules", "check", str(rules), status=1).stdout]
    refused.append(fresh("rules", "preview", str(rules), status=2).output)
    assert all("rules.yaml:1: not YAML in UTF-8" in each for each in refused)

    why = fresh("facts", "show", "T-1", "water_resistance", "waterproof", "--why").stdout.splitlines()
    assert "by the rule tent_water_column" in why[0]
    assert any("hydrostatic head: 3000 mm" in line for line in why[1:])
    trace = fresh.json("facts", "show", "T-1", "water_resistance", "splashproof", "--why")
    assert trace["follows"] == "implication"
    assert trace["sources"][0]["rule"] == "tent_water_column"
