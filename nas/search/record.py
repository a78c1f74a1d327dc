"""What a search was started with, kept in its config.json, so that resume goes on with exactly that."""

from typing import Any, Final, Literal

from nas.config.search import SearchConfig
from nas.learning.reading import preprocess_spec
from nas.learning.resuming import RunRecord, changed_config, read_run_record
from nas.rundir import RunFolder
from nas.space.network_config import NetworkConfig

_FREE: Final = frozenset(
    {"minutes", "ghost_batches", "device", "threads", "checkpoint_seconds", "checkpoint_steps", "name"}
)


class SearchRecord(RunRecord):
    """config.json of a search."""

    kind: Literal["search"] = "search"
    format: Literal[1] = 1
    config: SearchConfig


def read_search_record(run: RunFolder) -> SearchRecord:
    """Return the record of a search that is there; errors as `read_run_record`."""
    return read_run_record(run, SearchRecord, "search", "search")


def resumed_search(record: SearchRecord, changes: dict[str, Any]) -> SearchConfig:
    """Return a search's config with the changes that resume allows; errors as `changed_config`.

    The number of epochs may not change: the cosine and beta-decay are stretched over it.
    """
    return changed_config(record.config, changes, _FREE)


def search_plan(config: SearchConfig, classes: int) -> NetworkConfig:
    """Return the plan of a search network."""
    return NetworkConfig(
        blocks=config.blocks,
        channels=config.channels,
        reduce_at=config.reductions,
        classes=classes,
        input_channels=preprocess_spec(config).channels,
        size=config.size,
    )
