"""Counts parameters, multiply-adds and shapes of a network from its plan, without building it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import ValidationError

from nas.config.search import thirds
from nas.describe.description import Description, Kind, Part
from nas.errors import NasError
from nas.genotype import GENOTYPE_FILE, named_genotype
from nas.model_config import ModelConfig, load_config
from nas.space.layout import (
    Layer,
    auxiliary_block,
    auxiliary_layers,
    block_layers,
    block_plans,
    classifier_layers,
    stem_layers,
)
from nas.space.network_config import NetworkConfig, quarters
from nas.space.supernet_layout import SUPERNET_BLOCKS, supernet_block_layers

SUPERNET: Final = "supernet"
_PAPER_BLOCKS: Final = 20
_COLOUR: Final = 3

Network = Literal["network", "supernet"]


class _Group(NamedTuple):
    """The layers of one part."""

    name: str
    kind: Kind
    output: tuple[int, ...]
    layers: tuple[Layer, ...]


def describe(
    target: str | Path,
    blocks: int | None = None,
    channels: int = 32,
    classes: int = 11,
    reduce_at: Iterable[int] | None = None,
    size: int = 64,
    input_channels: int = _COLOUR,
) -> Description:
    """Count a network.

    Parameters
    ----------
    target
        A model folder (its own plan counts, the other parameters do not), a genotype's name or file, the folder of a
        search run, or ``supernet``.
    blocks
        Number of blocks; by default the paper's, 20, and 8 for the supernet.
    channels
        Channels of a node in the first block.
    classes
        Number of outputs.
    reduce_at
        0-based reduction blocks; by default at the quarters, and at the thirds of the supernet.
    size
        Side of the input in pixels.
    input_channels
        3 (colour) by default, since published counts are made so; 1 for grey frames.

    Raises
    ------
    NasError
        The target is not found or not whole, or the numbers do not fit each other.
    """
    place = Path(target)
    if place.is_dir() and not (place / GENOTYPE_FILE).is_file():
        model = load_config(place)
        return _counted(place.resolve().name, "network", model.network, model)
    kind: Network = "supernet" if str(target).lower() == SUPERNET else "network"
    usual_blocks, usual_reductions = (SUPERNET_BLOCKS, thirds) if kind == "supernet" else (_PAPER_BLOCKS, quarters)
    blocks = usual_blocks if blocks is None else blocks
    fields: dict[str, object] = {
        "blocks": blocks,
        "channels": channels,
        "classes": classes,
        "reduce_at": usual_reductions(blocks) if reduce_at is None else tuple(reduce_at),
        "size": size,
        "input_channels": input_channels,
    }
    if kind == "network":
        fields["genotype"] = named_genotype(target)
    return _counted(place.name, kind, _config(fields))


def _config(fields: dict[str, object]) -> NetworkConfig:
    try:
        return NetworkConfig.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        spot = f"{first['loc'][0]}: " if first["loc"] else ""
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise NasError(f"{spot}{reason}", "Give numbers that fit each other; --help shows their ranges.") from error


def _counted(target: str, kind: Network, config: NetworkConfig, model: ModelConfig | None = None) -> Description:
    groups = tuple(_groups(kind, config))
    layers = [layer for group in groups for layer in group.layers]
    is_network = kind == "network"
    return Description(
        target=target,
        kind=kind,
        config=config,
        parameters=sum(layer.parameters for layer in layers),
        auxiliary_parameters=sum(layer.parameters for layer in auxiliary_layers(config)) if is_network else None,
        auxiliary_after=auxiliary_block(config) if is_network else None,
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        weights_bytes=sum(layer.bytes for layer in layers),
        parts=tuple(_part(group) for group in groups),
        darts=config.genotype.to_darts() if is_network else "",
        warnings=config.genotype.warnings() if is_network else (),
        model=model,
    )


def _groups(kind: Network, config: NetworkConfig) -> Iterator[_Group]:
    layers_of = supernet_block_layers if kind == "supernet" else block_layers
    outputs = config.stem_multiplier * config.channels
    yield _Group("stem", "stem", (outputs, config.size, config.size), tuple(stem_layers(config)))
    for plan in block_plans(config):
        block: Kind = "reduction" if plan.reduction else "normal"
        yield _Group(f"block {plan.index}", block, (plan.outputs, plan.size, plan.size), tuple(layers_of(plan)))
    yield _Group("classifier", "classifier", (config.classes,), tuple(classifier_layers(config)))


def _part(group: _Group) -> Part:
    return Part(
        name=group.name,
        kind=group.kind,
        output=group.output,
        parameters=sum(layer.parameters for layer in group.layers),
        multiply_adds=sum(layer.multiply_adds for layer in group.layers),
    )
