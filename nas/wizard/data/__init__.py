"""The data set: looked at, put right and split."""
