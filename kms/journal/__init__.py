"""Journal of shoppers' events."""
