"""Style sheet of Neo4j Browser (GraSS), generated from the styles of the ontology's entity types and relations."""

from __future__ import annotations

from kms.graph.cypher import label, relationship
from kms.ontology.model import EntityType, Ontology, RelationType
from kms.ontology.structure import HAS_VALUE

_HEAD = """\
node {
  diameter: 50px;
  color: #A5ABB6;
  border-color: #9AA1AC;
  border-width: 2px;
  text-color-internal: #FFFFFF;
  font-size: 10px;
}

relationship {
  color: #A5ABB6;
  shaft-width: 1px;
  font-size: 8px;
  padding: 3px;
  text-color-external: #5A6070;
  text-color-internal: #FFFFFF;
  caption: "<type>";
}

node.Entity {
  caption: "{name}";
}
"""


def browser_style(ontology: Ontology) -> str:
    """The style sheet: a rule for every entity type and every relation, in the ontology's order."""
    nodes = [_node(entity) for entity in ontology.entities.values()]
    edges = [_edge(relation) for relation in ontology.relations.values()]
    return "\n".join([_HEAD, *nodes, *edges])


def _node(entity: EntityType) -> str:
    style = entity.style
    return f"""\
node.{label(entity.id)} {{
  color: {style.color};
  border-color: {style.border};
  text-color-internal: {style.text};
  diameter: {style.diameter}px;
  caption: "{{name}}";
}}
"""


def _edge(relation: RelationType) -> str:
    # What a value is a value of stands on the edge, not in the relation's name.
    caption = "{attribute}" if relation.id == HAS_VALUE else "<type>"
    return f"""\
relationship.{relationship(relation.id)} {{
  color: {relation.style.color};
  shaft-width: {relation.style.width}px;
  caption: "{caption}";
}}
"""
