// Products of a brand
// With how much evidence stands behind them.
// Change the brand in the first line.
WITH "Veldra" AS brand
MATCH (p:Product)-[:MADE_BY]->(b:Brand)
WHERE toLower(b.name) = toLower(brand)
OPTIONAL MATCH (p)-[fact]->() WHERE type(fact) <> "REJECTED"
RETURN p.key AS product_id, p.name AS product, p.price AS price, p.currency AS currency,
       count(fact) AS facts, sum(fact.support) AS mentions, round(avg(fact.confidence), 2) AS mean_confidence
ORDER BY mentions DESC, product, product_id;
