"""Which baselines there are and the smallest frame each can take, without torch, so that a command line can refuse."""

from typing import Final

from nas.errors import NasError

SMALLEST: Final[dict[str, int]] = {
    "alexnet": 63,
    **dict.fromkeys(("vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"), 32),
    **dict.fromkeys(("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"), 1),
    **dict.fromkeys(("densenet121", "densenet161", "densenet169", "densenet201"), 29),
}
"""Side of the smallest frame (pixels) from which the last convolutions still get a pixel, by torchvision's name."""


def needs_whole_frames(name: str, side: int) -> bool:
    """Tell whether a model cannot take the small frames of a run's first epochs; UIAC networks take any.

    Parameters
    ----------
    name
        Of the model, as a comparison calls it.
    side
        Of the smallest frame of the run (pixels).
    """
    return side < SMALLEST.get(name, 1)


def refuse_unfit(name: str, side: int) -> None:
    """Raise `NasError` for a baseline that does not exist, or whose pooling leaves nothing of the frames.

    Parameters
    ----------
    name
        As in torchvision, such as ``resnet18`` or ``vgg13_bn``.
    side
        Of the smallest frame that the network will see.
    """
    if name not in SMALLEST:
        raise NasError(f"There is no baseline {name!r}.", f"Baselines: {', '.join(SMALLEST)}.")
    if side < SMALLEST[name]:
        raise NasError(
            f"{name} cannot take frames of {side} pixels: its pooling leaves nothing of them.",
            f"Use --size {SMALLEST[name]} or more without --small-epochs, or leave {name} out.",
        )
