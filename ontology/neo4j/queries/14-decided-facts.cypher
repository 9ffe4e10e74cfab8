// Decided facts
// What people accepted, stated and turned down, the newest first, with who and why.
MATCH (p:Product)-[fact]->(what)
WHERE fact.decided_at IS NOT NULL
RETURN fact.decided_at AS at, fact.decided_by AS who, fact.status AS status, fact.reason AS reason, p.key AS product_id,
       p.name AS product, coalesce(fact.of_attribute, fact.attribute) AS attribute,
       coalesce(fact.of_relation, toLower(type(fact))) AS relation, what.name AS reading, fact.note AS note
ORDER BY at DESC, product_id, reading
LIMIT 100;
