"""uiac-nas describe: a network in numbers, as text or JSON, and its two blocks as a figure."""

from dataclasses import dataclass
from pathlib import Path

import tyro

from nas.cli.parsing import parsed
from nas.describe import describe
from nas.errors import NasError
from nas.exit_status import DONE


@dataclass
class _Describe:
    """Show parameters, multiply-adds, shapes block by block and the two blocks, without building the network."""

    target: tyro.conf.Positional[str]
    """Model folder, genotype file, uiac, darts_v1, darts_v2, or supernet."""
    blocks: int | None = None
    """Depth (blocks; 1 to 100); 20, and 8 for the supernet, where not given."""
    channels: int = 32
    """Channels of the first blocks (channels; 1 to 512)."""
    classes: int = 11
    """Planes (classes; 2 to 10000)."""
    reduce_at: tuple[int, ...] | None = None
    """Reduction blocks, counted from 0 (block numbers); at the quarters where not given."""
    size: int = 64
    """Side of the frame (pixels; 8 to 1024)."""
    input_channels: int = 3
    """3 for colour, as published counts; 1 for grey (channels; 1 to 64)."""
    json: bool = False
    """Print JSON."""
    figure: Path | None = None
    """Draw the two blocks into this file, .png, .svg or .pdf."""


def run(words: list[str]) -> int:
    """Describe as the words say; return the exit code."""
    command = parsed(_Describe, words, "describe")
    found = describe(
        command.target,
        command.blocks,
        command.channels,
        command.classes,
        command.reduce_at,
        command.size,
        command.input_channels,
    )
    if command.figure is not None:
        if found.kind == "supernet":
            raise NasError("A supernet has no blocks to draw yet.", "Leave out --figure, or describe a genotype.")
        from nas.figures.genotype_graph import draw_genotype

        draw_genotype(found.config.genotype, command.figure)
    print(found.model_dump_json(indent=2) if command.json else found.as_text(), end="" if not command.json else "\n")
    return DONE
