"""How frames reach a network: the fields that a search and a training run share, so that both mean the same by them."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from nas.config.fields import chosen, counted


class FrameConfig(BaseModel):
    """Size, colour and fit of a frame, and how it is changed at random while a network learns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = counted(64, "Side of the square frame that the network sees", "pixels", 16, 512)
    colour: Literal["grey", "rgb"] = chosen("grey", "Grey frames (one channel) or RGB (three); ours.")
    fit: Literal["stretch", "letterbox"] = chosen("stretch", "How a frame is made square; ours.")
    cutout: int = counted(0, "Side of the square that cutout blanks, 0 for none", "pixels", 0, 256)
    shift: float = counted(0.0, "Largest random shift each way; ours", "pixels", 0, 64)
    turn: float = counted(0.0, "Largest random rotation each way; ours", "degrees", 0, 180)
    zoom: float = counted(0.0, "Largest random change of size each way; ours", "fraction", 0, 0.5)
    flip: bool = chosen(False, "Mirror half of the frames left to right; off where the side tells classes apart; ours.")
    gain: float = counted(0.0, "Largest random change of contrast and of brightness; ours", "fraction", 0, 0.9)

    @model_validator(mode="after")
    def _cutout_fits(self) -> Self:
        if self.cutout > self.size:
            raise ValueError("cutout: must not be larger than size")
        return self
