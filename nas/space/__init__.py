"""The search space: operations, blocks and networks; importing this package alone loads no torch."""
