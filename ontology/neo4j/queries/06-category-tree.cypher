// Category tree
// The tree of categories that have products, as a graph.
MATCH (c:Category)
WHERE EXISTS { (:Product)-[:IN_CATEGORY]->(c) }
MATCH path = (c)-[:SUBCATEGORY_OF*0..]->(top:Category)
WHERE NOT (top)-[:SUBCATEGORY_OF]->()
RETURN path;
