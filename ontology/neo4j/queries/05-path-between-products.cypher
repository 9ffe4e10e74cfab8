// Path between two products
// How they are connected, as a graph. Paths through the category tree are left out: they always exist.
// Change the two product ids in the first line.
WITH "AUD-001" AS one, "AUD-002" AS other
MATCH (a:Product {id: "product:" + one}), (b:Product {id: "product:" + other})
MATCH path = allShortestPaths((a)-[*..4]-(b))
WHERE none(step IN relationships(path) WHERE type(step) IN ["IN_CATEGORY", "SUBCATEGORY_OF", "REJECTED"])
RETURN path
LIMIT 20;
