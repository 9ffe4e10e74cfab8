// Path between two products
// How they are connected, as a graph. Paths through the category tree are left out: they always exist.
// Change the two product ids in the first line.
WITH "AUD-001" AS one, "AUD-002" AS other
MATCH (a:Product {id: "product:" + one}), (b:Product {id: "product:" + other})
MATCH path = allShortestPaths((a)-[:MADE_BY|HAS_VALUE|SUITED_FOR|FOR_AUDIENCE|HAS_ASPECT|COMPLEMENTS|SUBSTITUTES|COMPATIBLE_WITH|VARIANT_OF*..4]-(b))
RETURN path
LIMIT 20;
