"""The text encoder that the rooms above share."""
