"""NetworkConfig: every number that fixes a network's shape, without torch, so that any room can read a model's plan."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nas.genotype import UIAC, Genotype


def quarters(blocks: int) -> tuple[int, ...]:
    """Return the blocks at one, two and three quarters of a network: (5, 10, 15) of 20, the paper's."""
    return tuple(sorted({blocks * part // 4 for part in (1, 2, 3)} - {0}))


class NetworkConfig(BaseModel):
    """The plan of a UIAC network.

    Parameters
    ----------
    genotype
        The two blocks.
    blocks
        Number of blocks, 1 to 100.
    channels
        Channels of a node in the first block, 1 to 512; doubled at every reduction.
    reduce_at
        0-based numbers of the reduction blocks, ascending; by default at the quarters.
    classes
        Number of outputs K, at least 2.
    input_channels
        1 grey, 3 colour.
    size
        Side of the square input in pixels, 8 to 1024. Sides that do not halve evenly are rounded up at a reduction.
    stem_multiplier
        The stem gives this many times ``channels``; 3 in DARTS' networks for small images.

    References
    ----------
    Zeng, Zhang, Huang 2021, DOI 10.21203/rs.3.rs-847933/v1, Figure 5: 20 blocks, 32 channels, reductions at 5, 10, 15
    (0-based: our reading).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    genotype: Genotype = UIAC
    blocks: int = Field(20, ge=1, le=100)
    channels: int = Field(32, ge=1, le=512)
    reduce_at: tuple[int, ...] = Field(default_factory=lambda data: quarters(data.get("blocks", 20)))
    classes: int = Field(11, ge=2, le=10_000)
    input_channels: int = Field(1, ge=1, le=64)
    size: int = Field(64, ge=8, le=1024)
    stem_multiplier: int = Field(3, ge=1, le=16)

    @model_validator(mode="after")
    def _reductions_fit(self) -> "NetworkConfig":
        foreign = [block for block in self.reduce_at if not 0 <= block < self.blocks]
        if foreign:
            raise ValueError(f"block {foreign[0]} cannot reduce: the blocks are 0 to {self.blocks - 1}")
        if list(self.reduce_at) != sorted(set(self.reduce_at)):
            raise ValueError("reduce_at must ascend and name no block twice")
        if 2 ** len(self.reduce_at) > self.size:
            raise ValueError(f"{len(self.reduce_at)} reductions leave nothing of {self.size} pixels")
        return self
