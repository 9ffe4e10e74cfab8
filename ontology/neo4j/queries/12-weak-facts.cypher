// Weak facts
// Facts to look at first: read once, with little confidence, by the model alone.
MATCH (p:Product)-[fact]->(what)
WHERE type(fact) <> "REJECTED" AND fact.extractors = ["model"] AND fact.support = 1 AND fact.confidence < 0.6
RETURN p.key AS product_id, p.name AS product, toLower(type(fact)) AS relation, fact.attribute AS attribute,
       what.name AS reading, round(fact.confidence, 2) AS confidence, fact.evidence AS evidence_ids
ORDER BY fact.confidence, product, reading
LIMIT 100;
