// Unsupported claims
// Claims of the shop that no text repeats: only its table or its own statement says so.
MATCH (p:Product)-[fact:!IN_CATEGORY&!MADE_BY&!HAS_ASPECT]->(what:!Product)
WHERE all(source IN fact.extractors WHERE source IN ["shop", "table"])
RETURN p.name AS product, toLower(type(fact)) AS relation, fact.attribute AS attribute, what.name AS claim,
       fact.extractors AS said_by, fact.support AS mentions
ORDER BY product, attribute, claim
LIMIT 100;
