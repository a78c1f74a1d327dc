"""The learning rate and what else changes with time in a run, plain functions of it, so that resume needs no state."""

import math


def cosine_rate(time: float, lr: float, lr_min: float, length: float, warmup: float = 0.0) -> float:
    """Return the learning rate.

    Parameters
    ----------
    time
        Epochs since the start, with fraction.
    lr, lr_min
        Highest and lowest rate.
    length
        Epochs of the cosine, warm-up included; later the rate stays at `lr_min`.
    warmup
        Epochs of linear rise from 0 to `lr`.

    Notes
    -----
    lr_min + (lr - lr_min) (1 + cos(pi t / T)) / 2, Loshchilov and Hutter 2017, eq. 5, without restarts.
    """
    if time < warmup:
        return lr * time / warmup
    share = min((time - warmup) / max(length - warmup, 1e-9), 1.0)
    return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * share)) / 2


def drop_path_at(epoch: int, length: int, last: float) -> float:
    """Return drop-path (probability) in an epoch: from 0 linearly to `last` in that in which the cosine ends, then so.

    Parameters
    ----------
    epoch
        Counted from 0.
    length
        Epochs of the cosine.
    last
        The largest (probability).
    """
    return min(last * epoch / max(length - 1, 1), last)


def growing_side(epoch: int, small_epochs: int, size: int, step: int = 8) -> int:
    """Return the side of the frames (pixels) of an epoch: from half of `size` up in equal stages, then `size`.

    Learned filters fit a scale and do not survive its doubling, so the side grows in small steps (progressive learning,
    Tan and Le, EfficientNetV2, 2021, section 4).
    """
    if epoch >= small_epochs:
        return size
    sides = range(max(size // 2 // step, 1) * step, size, step)
    return sides[epoch * len(sides) // small_epochs] if sides else size


class EarlyStop:
    """Algorithm 2's rule: after epoch `after`, stop where the training loss has not improved for `patience` epochs.

    Every epoch counts for the best loss; epochs in a row without a better one are counted from `after` on. So no run
    ends before `after + patience`, which fits the paper, whose networks end between epochs 561 and 677.
    """

    def __init__(self, after: int, patience: int, best: float | None = None, stale: int = 0) -> None:
        self._after = after
        self._patience = patience
        self.best = best
        self.stale = stale

    def update(self, epoch: int, loss: float) -> bool:
        """Take the training loss of an epoch (counted from 0); return True to stop after it."""
        if self.best is None or loss < self.best:
            self.best = loss
            self.stale = 0
        elif epoch >= self._after:
            self.stale += 1
        return self.stale >= self._patience
