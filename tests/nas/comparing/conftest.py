"""The small data set and the config of a small network, shared with the tests of training."""

from tests.nas.training.conftest import small, small_set, write_set

__all__ = ["small", "small_set", "write_set"]
