"""What the processes of a run share, reduced by hand, since wrappers of networks miss gradients of second order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import torch
from torch import Tensor
from torch import distributed as dist

from nas.errors import RunError

_MORE, _END, _FAILED = 1, 0, -1


class OtherRankError(RunError):
    """Another process of the run ended; what it had to say, it has said."""

    def __init__(self) -> None:
        super().__init__(
            "Another process of the run ended before its time.", "See what the others say, then go on with --resume."
        )


@dataclass(frozen=True, slots=True)
class Ranks:
    """The processes of a run, each with a part of every batch; every method must be called by all of them alike.

    Attributes
    ----------
    number
        Of this process, from 0.
    count
        Of all.
    """

    number: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes and prints."""
        return self.number == 0

    def part(self, batch: Tensor) -> Tensor:
        """Return this process's part of a batch (N, ...): the `number`-th of `count` nearly equal runs of rows."""
        return batch.tensor_split(self.count)[self.number]

    def reduced(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Return the mean of each tensor over the processes, equal on all of them to the last bit.

        Parameters
        ----------
        tensors
            Floating-point, of equal shapes on all processes; all of one device. They are sent as one flat vector in
            the widest of their types.

        Returns
        -------
        list of Tensor
            New tensors of the same shapes, types and layouts in memory; alone, the tensors themselves.
        """
        if self.count == 1 or not tensors:
            return list(tensors)
        kind = torch.float64 if any(tensor.dtype == torch.float64 for tensor in tensors) else torch.float32
        flat = torch.cat([tensor.detach().reshape(-1).to(kind) for tensor in tensors])
        _told(dist.all_reduce, flat)
        flat /= self.count
        pieces = torch.split(flat, [tensor.numel() for tensor in tensors])
        return [
            torch.empty_like(tensor).copy_(piece.view(tensor.shape))
            for tensor, piece in zip(tensors, pieces, strict=True)
        ]

    def all_equal(self, *tensors: Tensor) -> bool:
        """Tell, on every process alike, whether the tensors are the same to the last bit on all processes."""
        if self.count == 1:
            return True
        same = True
        for tensor in tensors:
            own = tensor.detach().clone(memory_format=torch.contiguous_format)
            first = own.clone()
            _told(dist.broadcast, first, src=0)
            same = same and torch.equal(own.view(-1).view(torch.uint8), first.view(-1).view(torch.uint8))
        return not self.any(not same)

    def any(self, flag: bool) -> bool:
        """Tell, on every process alike, whether the flag is up on any of them."""
        if self.count == 1:
            return flag
        said = torch.tensor([int(flag)])
        _told(dist.all_reduce, said, op=dist.ReduceOp.MAX, group=_control())
        return bool(said)

    def shared(self, number: float) -> float:
        """Return the number of process 0 on every process: what depends on a clock or on the disk."""
        if self.count == 1:
            return number
        said = torch.tensor([number], dtype=torch.float64)
        _told(dist.broadcast, said, src=0, group=_control())
        return float(said)

    def decided(self, flag: bool) -> bool:
        """Return the flag of process 0 on every process."""
        return bool(self.shared(flag))

    def gathered(self, rows: Tensor) -> Tensor:
        """Return the rows (n, ...) of all processes one after another, (sum of n, ...), on every process.

        The number of rows may differ, as the parts of one batch do.
        """
        if self.count == 1:
            return rows
        own = torch.tensor([len(rows)])
        lengths = [torch.zeros_like(own) for _ in range(self.count)]
        _told(dist.all_gather, lengths, own, group=_control())
        longest = max(int(length) for length in lengths)
        padded = rows.new_zeros((longest, *rows.shape[1:]))
        padded[: len(rows)] = rows
        found = [torch.empty_like(padded) for _ in range(self.count)]
        _told(dist.all_gather, found, padded)
        return torch.cat([part[: int(length)] for part, length in zip(found, lengths, strict=True)])

    def led(self, numbers: Iterable[int]) -> Iterator[int]:
        """Yield the numbers that process 0 draws from its iterable, on every process; the others do not touch theirs.

        An error that process 0 meets on the way is raised there, and `OtherRankError` on the others.
        """
        if self.count == 1:
            yield from numbers
            return
        if not self.leads:
            while (said := self._sent(0, 0))[0] == _MORE:
                yield said[1]
            if said[0] == _FAILED:
                raise OtherRankError
            return
        try:
            for number in numbers:
                self._sent(_MORE, number)
                yield number
        except GeneratorExit:
            raise
        except BaseException:
            self._sent(_FAILED, 0)
            raise
        self._sent(_END, 0)

    def _sent(self, *numbers: int) -> list[int]:
        said = torch.tensor(numbers, dtype=torch.int64)
        _told(dist.broadcast, said, src=0, group=_control())
        return [int(number) for number in said]


ALONE: Final = Ranks()


def current_ranks() -> Ranks:
    """Return the processes of this run, once `nas.learning.device.place` has joined them; before, a process alone."""
    if not (dist.is_available() and dist.is_initialized()):
        return ALONE
    return Ranks(dist.get_rank(), dist.get_world_size())


@cache
def _control() -> Any:
    """Return the group for flags and numbers, which stay on the CPU so that no graphics card has to wait for them."""
    return None if dist.get_backend() == "gloo" else dist.new_group(backend="gloo")


def _told(collective: Any, *arguments: Any, **named: Any) -> None:
    """Run a collective; a process that is gone is an expected failure."""
    try:
        collective(*arguments, **named)
    except RuntimeError as error:
        if isinstance(error, dist.DistError) or "gloo" in str(error):
            raise OtherRankError from error
        raise
