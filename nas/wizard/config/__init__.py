"""A config record as a form."""
