// Denied claims
// Claims that some text denies ("not waterproof"), and what is left of them.
MATCH (p:Product)-[fact]->(what)
WHERE fact.denied_by > 0 AND type(fact) <> "REJECTED"
RETURN p.name AS product, toLower(type(fact)) AS relation, what.name AS claim,
       fact.support AS said_by_documents, fact.denied_by AS denied_by_documents, round(fact.confidence, 2) AS confidence
ORDER BY denied_by_documents DESC, confidence, product, claim
LIMIT 50;
