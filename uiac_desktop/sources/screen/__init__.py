"""A part of the screen as a source."""
