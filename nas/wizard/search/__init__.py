"""The search: its settings, its estimate, and the blocks as they change."""
