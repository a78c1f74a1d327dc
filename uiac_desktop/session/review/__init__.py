"""A clip under review: its frames, its analysis and its labels, each in a thread of its own."""
