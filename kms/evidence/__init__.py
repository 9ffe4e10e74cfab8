"""Evidence: mentions that extraction read, with their place in the text."""
