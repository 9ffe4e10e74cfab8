// Against the ontology
// Facts that texts state and the ontology does not allow, by rule: change it, and they come back.
MATCH (p:Product)-[fact:REJECTED]->(what)
WHERE fact.decided_at IS NULL
RETURN fact.reason AS reason, fact.rule AS rule, fact.of_relation AS relation, fact.of_attribute AS attribute,
       count(*) AS facts, count(DISTINCT p) AS products, collect(DISTINCT what.name)[..5] AS examples
ORDER BY facts DESC, reason, attribute
LIMIT 100;
