"""Runs as processes: started, followed, listed."""
