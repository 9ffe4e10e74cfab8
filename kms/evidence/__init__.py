"""What extraction read, and where."""
