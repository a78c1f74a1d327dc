"""The record of a described network, with its JSON for programs and its text for people."""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from nas.genotype import UIAC, Edge
from nas.model_config import ModelConfig
from nas.space.network_config import NetworkConfig

Kind = Literal["stem", "normal", "reduction", "classifier"]

_SHORT: Final = {
    "none": "none",
    "max_pool_3x3": "max 3x3",
    "avg_pool_3x3": "avg 3x3",
    "skip_connect": "skip",
    "sep_conv_3x3": "sep 3x3",
    "sep_conv_5x5": "sep 5x5",
    "dil_conv_3x3": "dil 3x3",
    "dil_conv_5x5": "dil 5x5",
}


class Part(BaseModel):
    """One line of the table: a block, or what stands before and after the blocks.

    Attributes
    ----------
    output
        Shape for one frame: (C, H, W), or (K,) of the classifier.
    multiply_adds
        For one frame; norms and pools are not counted.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


class Description(BaseModel):
    """A network in numbers.

    Attributes
    ----------
    target
        What was described: a name, or the file or folder's own name.
    kind
        ``network``, or ``supernet`` for the search network.
    config
        The plan that was counted; the genotype in it has no say in a supernet.
    parameters
        Learned numbers without the auxiliary head.
    auxiliary_parameters, auxiliary_after
        Those of the auxiliary head (training only) and the 0-based block that it follows; None for a supernet.
    multiply_adds
        For one frame.
    weights_bytes
        Size of all tensors in the file of weights, without its header.
    parts
        The parts in order.
    darts
        The genotype in DARTS' notation; empty for a supernet.
    warnings
        What is legal and yet suspicious.
    model
        Config of the model folder, where the target is one.
    """

    model_config = ConfigDict(frozen=True)

    target: str
    kind: Literal["network", "supernet"]
    config: NetworkConfig
    parameters: int
    auxiliary_parameters: int | None
    auxiliary_after: int | None
    multiply_adds: int
    weights_bytes: int
    parts: tuple[Part, ...]
    darts: str
    warnings: tuple[str, ...]
    model: ModelConfig | None = None

    def as_text(self) -> str:
        """Return the description for people: plan, totals, parts, blocks."""
        sections = (self._plan(), self._totals(), self._table(), self._blocks(), self._model(), self._warnings())
        return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines) + "\n"

    def _plan(self) -> Iterator[str]:
        config = self.config
        reductions = ", ".join(map(str, config.reduce_at)) or "none"
        what = "search network" if self.kind == "supernet" else "network"
        yield f"{self.target}: {what} of {config.blocks} blocks, {config.channels} channels, {config.classes} classes"
        frames = f"{config.input_channels} x {config.size} x {config.size}"
        yield f"reduction blocks (from 0): {reductions}; frames: {frames} (channels x height x width)"

    def _totals(self) -> Iterator[str]:
        yield f"parameters          {self.parameters:>14,}   ({self.parameters / 1e6:.3f} M, without auxiliary head)"
        if self.auxiliary_parameters is not None:
            whole = self.parameters + self.auxiliary_parameters
            yield f"with auxiliary head {whole:>14,}   (head {self.auxiliary_parameters:,}; training only)"
            yield f"auxiliary head after block {self.auxiliary_after}"
        yield f"multiply-adds       {self.multiply_adds:>14,}   ({self.multiply_adds / 1e9:.2f} G a frame)"
        yield f"weights             {self.weights_bytes:>14,}   bytes"

    def _table(self) -> Iterator[str]:
        yield f"{'part':<11} {'kind':<10} {'output':>16} {'parameters':>12} {'multiply-adds':>15}"
        for part in self.parts:
            kind = part.kind if part.name.startswith("block") else ""
            output = " x ".join(map(str, part.output))
            yield f"{part.name:<11} {kind:<10} {output:>16} {part.parameters:>12,} {part.multiply_adds:>15,}"

    def _blocks(self) -> Iterator[str]:
        if self.kind == "supernet":
            yield "every edge carries all eight operations; batch norms in blocks learn no scale or shift"
            return
        for block, edges, concat in self.config.genotype.blocks():
            ours = "; ours, the paper's is not known" if edges == UIAC.reduce else ""
            yield f"{block} block (0 and 1 are its inputs; output joins {', '.join(map(str, concat))}{ours})"
            for number in range(0, len(edges), 2):
                pair = " + ".join(_edge(edge) for edge in edges[number : number + 2])
                yield f"  node {2 + number // 2} = {pair}"
        yield self.darts

    def _model(self) -> Iterator[str]:
        if self.model is None:
            return
        spec = self.model.preprocess
        yield f"model {self.model.name}: classes {', '.join(self.model.classes)}"
        yield f"frames: {spec.colour}, {spec.fit}, {spec.size} pixels, crop {spec.crop or 'none'}"
        yield f"temperature {self.model.temperature:.3f}; none below certainty {self.model.none_threshold:.3f}"
        if self.model.trained_on:
            yield f"trained on: {self.model.trained_on}"
        if self.model.simulated_only:
            yield "knows simulated images only"

    def _warnings(self) -> Iterator[str]:
        yield from (f"warning: {warning}" for warning in self.warnings)


def _edge(edge: Edge) -> str:
    return f"{_SHORT[edge.operation]}({edge.node})"
