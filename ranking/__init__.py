"""Query and shopper to ranked products, with reasons."""
