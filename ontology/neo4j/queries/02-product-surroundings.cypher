// One product, as a graph
// Everything that is known of it.
// Change the product id in the first line.
WITH "AUD-001" AS product
MATCH (p:Product {id: "product:" + product})-[fact]-(other)
WHERE fact.confidence >= 0.3 AND type(fact) <> "REJECTED"
RETURN p, fact, other
ORDER BY fact.confidence DESC
LIMIT 60;
