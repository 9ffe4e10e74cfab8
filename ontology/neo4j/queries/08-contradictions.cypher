// Contradictory values
// What one source says of a product and another says differently.
// `used` is the value that filters and ranking go by.
MATCH (p:Product)-[fact:HAS_VALUE]->(v:Value)
WHERE fact.conflict
WITH p, fact.attribute AS attribute, fact, v
ORDER BY fact.confidence DESC
RETURN p.key AS product_id, p.name AS product, attribute,
       collect({value: v.name, written: fact.written, confidence: round(fact.confidence, 2),
                said_by: fact.extractors, used: coalesce(fact.preferred, false)}) AS statements
ORDER BY size(statements) DESC, product, product_id, attribute
LIMIT 50;
