// What rules infer
// Facts that a rule of the ontology infers, with the facts of the product that each rests on, by rule.
MATCH (p:Product)-[fact]->(what)
WHERE fact.inferred_by IS NOT NULL AND type(fact) <> "REJECTED"
RETURN fact.inferred_by AS rule, p.key AS product_id, p.name AS product, toLower(type(fact)) AS relation,
       what.name AS inferred, split(fact.inferred_from, "; ") AS rests_on, round(fact.confidence, 2) AS confidence
ORDER BY rule, confidence DESC, product_id, inferred
LIMIT 100;
