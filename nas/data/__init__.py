"""Data-set folders: what is in them, what is wrong with them, how they are split, and their frames as arrays."""
