"""Random changes of a whole batch at once, on the device that trains, so that augmentation costs next to nothing."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nas.preprocess import PreprocessSpec, gain_and_offset


@dataclass(frozen=True, slots=True)
class Scale:
    """Normalisation on a device: grey levels 0..1 times `gain` plus `offset`, both (1, C, 1, 1)."""

    gain: Tensor
    offset: Tensor

    @classmethod
    def of(cls, spec: PreprocessSpec, device: torch.device) -> "Scale":
        """Return the scale of a preprocessing specification."""
        gain, offset = gain_and_offset(spec)
        shape = (1, spec.channels, 1, 1)
        return cls(
            torch.from_numpy(gain * np.float32(255)).view(shape).to(device),
            torch.from_numpy(offset).view(shape).to(device),
        )

    def applied(self, images: Tensor) -> Tensor:
        """Return images (N, C, S, S), normalised."""
        return torch.addcmul(self.offset, images, self.gain)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far frames are changed at random.

    Attributes
    ----------
    cutout
        Side of a square set to zero after normalisation (pixels), DeVries and Taylor 2017; its centre lies anywhere in
        the frame, so a part of it may fall outside, as in DARTS.
    shift
        Largest shift each way (pixels).
    turn
        Largest rotation each way (degrees).
    zoom
        Largest change of size each way (fraction).
    flip
        Mirror half of the frames left to right.
    gain
        Largest change of contrast (fraction) and of brightness (fraction of the grey range), before normalisation.
    """

    cutout: int = 0
    shift: float = 0.0
    turn: float = 0.0
    zoom: float = 0.0
    flip: bool = False
    gain: float = 0.0

    def __call__(self, frames: Tensor, scale: Scale, generator: torch.Generator, side: int) -> Tensor:
        """Return normalised, changed frames.

        Parameters
        ----------
        frames
            uint8 (N, S, S) or (N, S, S, 3).
        scale
            Of the model's preprocessing, on the frames' device.
        generator
            On the CPU; equal generators give equal changes on every device.
        side
            Of the result (pixels); cutout shrinks with it.

        Returns
        -------
        Tensor
            float32 (N, C, side, side), channels last in memory.
        """
        images = as_images(frames)
        count, whole = len(images), images.shape[-1]
        if self.shift or self.turn or self.zoom or self.flip:
            images = self._moved(images, generator, side)
        else:
            images = resized(images, side)
        if self.gain:
            draw = torch.rand(2, count, 1, 1, 1, generator=generator).mul_(2).sub_(1).mul_(self.gain).to(images.device)
            images = ((images - 0.5) * (1 + draw[0]) + (0.5 + 0.5 * draw[1])).clamp_(0, 1)
        images = scale.applied(images)
        if self.cutout:
            hole = max(round(self.cutout * side / whole), 1)
            images = images * _holes(count, side, hole, generator).to(images.device)
        return images.contiguous(memory_format=torch.channels_last)

    def _moved(self, images: Tensor, generator: torch.Generator, side: int) -> Tensor:
        """Return the images under one random similarity each, sampled once; what comes from outside is the border."""
        count, channels, whole = images.shape[:3]
        draw = torch.rand(4, count, generator=generator).mul_(2).sub_(1)
        mirror = (
            torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0) if self.flip else torch.ones(count)
        )
        angle = draw[0] * math.radians(self.turn)
        scale = 1 / (1 + draw[1] * self.zoom)
        cosine, sine = scale * angle.cos(), scale * angle.sin()
        offset = draw[2:] * (2 * self.shift / whole)
        theta = torch.stack(
            [
                torch.stack([cosine * mirror, -sine, offset[0]], dim=1),
                torch.stack([sine * mirror, cosine, offset[1]], dim=1),
            ],
            dim=1,
        ).to(images.device)
        grid = functional.affine_grid(theta, [count, channels, side, side], align_corners=False)
        return functional.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)


def as_images(frames: Tensor) -> Tensor:
    """Return uint8 frames (N, S, S) or (N, S, S, 3) as float32 (N, C, S, S) in 0..1."""
    images = frames.unsqueeze(1) if frames.dim() == 3 else frames.permute(0, 3, 1, 2)
    return images.to(torch.float32).div_(255)


def resized(images: Tensor, side: int) -> Tensor:
    """Return images (N, C, S, S) at another side, sampled bilinearly as augmentation samples them."""
    if images.shape[-1] == side:
        return images
    return functional.interpolate(images, size=(side, side), mode="bilinear", align_corners=False)


def normalised(frames: Tensor, scale: Scale, side: int | None = None) -> Tensor:
    """Return uint8 frames as the network wants them, float32 (N, C, S, S), as `nas.preprocess.normalise` does.

    With `side`, at that side in pixels.
    """
    images = as_images(frames)
    images = images if side is None else resized(images, side)
    return scale.applied(images).contiguous(memory_format=torch.channels_last)


def _holes(count: int, side: int, hole: int, generator: torch.Generator) -> Tensor:
    """Return float32 (N, 1, S, S), 0 in each frame's square and 1 elsewhere."""
    first = torch.randint(0, side, (2, count, 1), generator=generator) - hole // 2
    line = torch.arange(side).expand(2, count, side)
    inside = (line >= first) & (line < first + hole)
    return (~(inside[0].unsqueeze(2) & inside[1].unsqueeze(1))).to(torch.float32).unsqueeze(1)
