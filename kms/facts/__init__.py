"""From evidence to facts: quantities, linking, fusion."""
