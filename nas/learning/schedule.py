"""The learning rate at any moment of a run, a plain function of time, so that resume needs no state of it."""

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


class EarlyStop:
    """Algorithm 2's rule: from epoch `after` on, stop once the training loss has not improved for `patience` epochs in a row.

    Every epoch counts for the best loss; the count of epochs in a row starts anew at `after`.
    """

    def __init__(self, after: int, patience: int, best: float = math.inf, stale: int = 0) -> None:
        self._after = after
        self._patience = patience
        self.best = best
        self.stale = stale

    def update(self, epoch: int, loss: float) -> bool:
        """Take the training loss of an epoch (counted from 0); return True to stop after it."""
        if loss < self.best:
            self.best = loss
            self.stale = 0
        elif epoch >= self._after:
            self.stale += 1
        return self.stale >= self._patience
