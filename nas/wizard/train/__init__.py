"""The training: its settings, its curves, and the networks that it is compared with."""
