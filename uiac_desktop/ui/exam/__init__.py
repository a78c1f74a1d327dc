"""The examination under way, as the Scan room shows it."""
