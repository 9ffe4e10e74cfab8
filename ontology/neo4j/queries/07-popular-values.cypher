// Popular values
// How many products have them, attribute by attribute.
MATCH (p:Product)-[fact:HAS_VALUE]->(v:Value)
WITH fact.attribute AS attribute, v, count(DISTINCT p) AS products, sum(fact.support) AS mentions
ORDER BY products DESC, mentions DESC, v.name
WITH attribute, collect({value: v.name, zh: v.label_zh, products: products, mentions: mentions})[..5] AS top
UNWIND top AS one
RETURN attribute, one.value AS value, one.zh AS chinese, one.products AS products, one.mentions AS mentions
ORDER BY attribute, products DESC, value;
