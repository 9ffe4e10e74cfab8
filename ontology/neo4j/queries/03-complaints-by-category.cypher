// Complaints by category
// What reviewers complain about.
MATCH (p:Product)-[:IN_CATEGORY]->(c:Category), (p)-[opinion:HAS_ASPECT]->(a:Aspect)
WITH c.name AS category, a.name AS aspect,
     sum(coalesce(opinion.negative, 0)) AS complaints, sum(coalesce(opinion.positive, 0)) AS praise,
     count(DISTINCT p) AS products
WHERE complaints > 0
RETURN category, aspect, complaints, praise, products,
       round(100.0 * complaints / (complaints + praise)) AS percent_negative
ORDER BY complaints DESC, percent_negative DESC, category, aspect
LIMIT 50;
