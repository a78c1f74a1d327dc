"""Training: Algorithm 2 as a generator of events."""
