"""The concepts that a text mentions, as a draft for a person to confirm."""
