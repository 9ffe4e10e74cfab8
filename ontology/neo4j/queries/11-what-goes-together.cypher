// What goes together
// Accessories, substitutes, variants and compatible products, as a graph.
MATCH (p:Product)-[link]->(other:Product)
RETURN p, link, other
LIMIT 100;
