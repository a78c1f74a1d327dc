"""The search: Algorithm 1 as a generator of events, with guards against collapse."""
