// Products with shared values
// At least three values, uses, audiences or the like in common. Rare ones count more than frequent ones.
// Change the product id in the first line.
WITH "AUD-001" AS product
MATCH (p:Product {id: "product:" + product})-[:!IN_CATEGORY&!MADE_BY&!HAS_ASPECT]->(shared:!Product)
WITH DISTINCT p, shared
MATCH (other:Product)-[:!IN_CATEGORY&!MADE_BY&!HAS_ASPECT]->(shared)
WHERE other <> p
WITH other, collect(DISTINCT shared) AS shared
WHERE size(shared) >= 3
RETURN other.name AS product, size(shared) AS shared_facts, [s IN shared | s.name] AS which,
       round(reduce(score = 0.0, s IN shared | score + 1.0 / COUNT { (s)<--() }), 3) AS rarity
ORDER BY rarity DESC, shared_facts DESC, product
LIMIT 25;
