// Best loved products
// By category, with what reviewers praise.
MATCH (p:Product)-[:IN_CATEGORY]->(c:Category), (p)-[opinion:HAS_ASPECT]->(a:Aspect)
WITH c, p, sum(coalesce(opinion.positive, 0)) AS praise, sum(coalesce(opinion.negative, 0)) AS complaints,
     [one IN collect({aspect: a.name, positive: coalesce(opinion.positive, 0)}) WHERE one.positive > 0 | one.aspect] AS praised
WHERE praise + complaints >= 3
// One imaginary complaint and praise each, so that three opinions do not beat thirty.
WITH c, p, praise, complaints, praised, (praise + 1.0) / (praise + complaints + 2.0) AS score
ORDER BY score DESC, p.name
WITH c, collect({product: p.name, score: round(score, 2), praise: praise, complaints: complaints, praised: praised})[..3] AS best
UNWIND best AS one
RETURN c.name AS category, one.product AS product, one.score AS score, one.praise AS praise,
       one.complaints AS complaints, one.praised AS praised_for
ORDER BY category, score DESC, product;
