// What goes together
// Accessories, substitutes, variants and compatible products, as a graph.
MATCH (p:Product)-[link]->(other:Product)
WHERE type(link) <> "REJECTED"
RETURN p, link, other
LIMIT 100;
