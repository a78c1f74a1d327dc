"""Network streams as a source."""
