"""The two steps of a search: one of the weights, one of lambda, in first or second order."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Literal, NamedTuple

import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]
"""Mean loss of logits (N, K) against labels (N,)."""
Reduce = Callable[[list[Tensor]], list[Tensor]]
"""Means of gradients over all processes of a run."""

_SHORTEST: Final = 1e-30  # length of a direction that is zero: no step along it, and no division by zero


class Batch(NamedTuple):
    """Normalised frames (N, C, S, S) and their labels (N,)."""

    frames: Tensor
    labels: Tensor


class Outcome(NamedTuple):
    """Loss of a batch before a step, and how many answers were right; scalars on the device, of this process alone."""

    loss: Tensor
    right: Tensor


class Architect:
    """Takes the steps of Algorithm 1.

    Parameters
    ----------
    network
        Called as ``network(frames, *architecture())``; a `Supernet`. Its norms must keep no running statistics, since
        the second order evaluates it at other weights than its own.
    architecture
        Lambda; its parameters are none of the network's.
    optimiser
        SGD with momentum of the network's weights, one group or several; the live learning rate of a group is used.
    lambda_optimiser
        Adam of lambda.
    loss
        Of a batch.
    order
        1: lambda's gradient at the weights as they are; 2: at the weights after one more step of theirs.
    decay
        Called with the rate of lambda's optimiser before each of its steps: moves lambda without regard to frames.
    grad_clip
        Largest norm of the weights' gradient, 0 for no limit.
    parts
        A batch is taken in this many nearly equal parts, each with batch statistics of its own; gradients and losses
        are averaged over the parts.
    autocast
        Context of the arithmetic of the weights' step; lambda's step is in the weights' own precision.
    reduce
        Means of gradients over the processes of a run.
    reach
        How far all weights together are moved for the finite difference of the second order; 0.01 in DARTS. Smaller
        ones suit float64 alone.

    Notes
    -----
    Second order (Liu, Simonyan, Yang, ICLR 2019, eqs. 6-8): with the rate xi, momentum mu with buffer b and weight
    decay d of the optimiser,

        w' = w - xi (mu b + grad_w L_tr(w, lambda) + d w)
        grad = grad_lambda L_val(w', lambda) - xi (grad_lambda L_tr(w+, lambda) - grad_lambda L_tr(w-, lambda)) / (2 e)
        w+- = w +- e v,  v = grad_w' L_val(w', lambda),  e = reach / |v|

    w' leaves out the clipping of the gradient that `step_weights` does, as DARTS leaves it out: where the gradient is
    longer than `grad_clip`, the further step is longer than the one that follows.
    """

    def __init__(
        self,
        network: nn.Module,
        architecture: nn.Module,
        optimiser: torch.optim.Optimizer,
        lambda_optimiser: torch.optim.Optimizer,
        loss: Loss,
        order: Literal[1, 2] = 1,
        decay: Callable[[float], None] | None = None,
        grad_clip: float = 5.0,
        parts: int = 1,
        autocast: Callable[[], AbstractContextManager[object]] = nullcontext,
        reduce: Reduce = list,
        reach: float = 0.01,
    ) -> None:
        self._network = network
        self._architecture = architecture
        self._optimiser = optimiser
        self._lambda_optimiser = lambda_optimiser
        self._loss = loss
        self._order = order
        self._decay = decay
        self._grad_clip = grad_clip
        self._parts = parts
        self._autocast = autocast
        self._reduce = reduce
        self._reach = reach
        self._weights: Final = list(network.parameters())
        self._lambdas: Final = list(architecture.parameters())
        if {id(weight) for weight in self._weights} & {id(number) for number in self._lambdas}:
            raise ValueError("lambda must not be among the network's weights")
        self._groups: Final = {id(weight): group for group in optimiser.param_groups for weight in group["params"]}

    def step_weights(self, batch: Batch) -> Outcome:
        """Move the weights by one step of their optimiser on a batch of D_train; lambda stays."""
        with self._autocast():
            gradients, outcome = self._gradients(batch, self._weights)
        _set(self._weights, self._reduce(gradients))
        if self._grad_clip:
            nn.utils.clip_grad_norm_(self._weights, self._grad_clip)
        self._optimiser.step()
        self._optimiser.zero_grad()
        return outcome

    def step_lambda(self, training: Batch, validation: Batch) -> Outcome:
        """Move lambda by one step on a batch of D_val; the weights stay.

        Parameters
        ----------
        training
            Batch of D_train on which the second order takes its further step; unused in first order.
        validation
            Batch of D_val.
        """
        gradients, outcome = self.lambda_gradients(training, validation)
        _set(self._lambdas, gradients)
        if self._decay is not None:
            self._decay(self._lambda_optimiser.param_groups[0]["lr"])
        self._lambda_optimiser.step()
        self._lambda_optimiser.zero_grad()
        return outcome

    def lambda_gradients(self, training: Batch, validation: Batch) -> tuple[list[Tensor], Outcome]:
        """Return the gradient of every parameter of lambda, the same on all processes, and how validation went."""
        if self._order == 1:
            found, outcome = self._gradients(validation, self._lambdas)
            gradients = self._reduce(found)
        else:
            gradients, outcome = self._second_order(training, validation)
        return gradients, outcome

    def _second_order(self, training: Batch, validation: Batch) -> tuple[list[Tensor], Outcome]:
        own = [weight.detach().clone() for weight in self._weights]
        try:
            ahead, _ = self._gradients(training, self._weights)
            self._unroll(self._reduce(ahead))
            found, outcome = self._gradients(validation, [*self._lambdas, *self._weights])
            found = self._reduce(found)
            gradients, direction = found[: len(self._lambdas)], found[len(self._lambdas) :]
            length = torch.stack([vector.double().square().sum() for vector in direction]).sum().sqrt()
            reach = self._reach / length.clamp_min(_SHORTEST)
            self._move(own, direction, reach)
            forward, _ = self._gradients(training, self._lambdas)
            self._move(own, direction, -reach)
            backward, _ = self._gradients(training, self._lambdas)
        finally:
            self._restore(own)
        ahead_less_behind = self._reduce([plus - minus for plus, minus in zip(forward, backward, strict=True)])
        rate = self._optimiser.param_groups[0]["lr"]
        for gradient, difference in zip(gradients, ahead_less_behind, strict=True):
            gradient.sub_(difference * (rate / (2 * reach)).to(difference))
        return gradients, outcome

    @torch.no_grad()
    def _unroll(self, gradients: Sequence[Tensor]) -> None:
        """Move the weights to where one step of their optimiser, without clipping, would bring them."""
        for weight, gradient in zip(self._weights, gradients, strict=True):
            group = self._groups[id(weight)]
            step = gradient.add(weight, alpha=group["weight_decay"])
            buffer = self._optimiser.state[weight].get("momentum_buffer") if weight in self._optimiser.state else None
            if buffer is not None:
                step.add_(buffer, alpha=group["momentum"])
            weight.sub_(step, alpha=group["lr"])

    @torch.no_grad()
    def _move(self, own: Sequence[Tensor], direction: Sequence[Tensor], reach: Tensor) -> None:
        for weight, start, vector in zip(self._weights, own, direction, strict=True):
            weight.copy_(start + vector * reach.to(vector))

    @torch.no_grad()
    def _restore(self, own: Sequence[Tensor]) -> None:
        for weight, start in zip(self._weights, own, strict=True):
            weight.copy_(start)

    def _gradients(self, batch: Batch, wanted: Sequence[Tensor]) -> tuple[list[Tensor], Outcome]:
        """Return the mean gradient over the parts of a batch, with only what is asked for computed."""
        totals: list[Tensor] = []
        losses, right = [], []
        with _only(wanted, [*self._weights, *self._lambdas]):
            parts = (tensor.tensor_split(self._parts) for tensor in batch)
            for frames, labels in zip(*parts, strict=True):
                logits = self._network(frames, *self._architecture())
                loss = self._loss(logits, labels)
                found = torch.autograd.grad(loss, wanted, materialize_grads=True)
                totals = [*map(torch.add, totals, found)] if totals else list(found)
                losses.append(loss.detach())
                right.append((logits.detach().argmax(1) == labels).sum())
        if len(losses) > 1:
            totals = [total / len(losses) for total in totals]
        return totals, Outcome(torch.stack(losses).mean(), torch.stack(right).sum())


@contextmanager
def _only(wanted: Sequence[Tensor], tensors: Sequence[Tensor]) -> Iterator[None]:
    """Let gradients be computed for the wanted ones alone: the backward pass is then a third shorter."""
    chosen = {id(tensor) for tensor in wanted}
    for tensor in tensors:
        tensor.requires_grad_(id(tensor) in chosen)
    try:
        yield
    finally:
        for tensor in tensors:
            tensor.requires_grad_(True)


def _set(parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
