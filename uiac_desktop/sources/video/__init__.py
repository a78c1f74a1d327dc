"""Video files as a source, every frame once with its own number and time."""
