"""The network with all that changes while it learns: optimiser, averaged weights, loss; one step, its whole state."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import torch
from lightning_fabric.wrappers import _FabricOptimizer
from torch import Tensor, nn

from nas.config.train import TrainConfig
from nas.data.augment import Augmentation, Scale
from nas.learning.averaging import AveragedNetwork
from nas.learning.device import Placement, placed
from nas.learning.loss import PlaneLoss, class_weights
from nas.learning.schedule import cosine_rate, drop_path_at, growing_side
from nas.learning.seeds import seed_of
from nas.learning.state import momenta, restore_momenta, under
from nas.space.network import UiacNetwork

_WEIGHTS, _AVERAGE = "network.", "average."


class Part(NamedTuple):
    """Frames uint8 (N, S, S) or (N, S, S, 3) that are normalised together, with labels int64 (N,) or NO_PLANE."""

    frames: Tensor
    labels: Tensor


class Engine:
    """Learns on batches.

    Parameters
    ----------
    config
        The run's config.
    build
        Makes the network, which gives logits, maps and auxiliary logits; called once, with torch's generator seeded.
    counts
        Training frames of each plane.
    scale
        Of the preprocessing, on the placement's device.
    placement
        Where to compute.

    Attributes
    ----------
    side
        Of the frames that the network sees in this epoch (pixels).
    """

    def __init__(
        self,
        config: TrainConfig,
        build: Callable[[], nn.Module],
        counts: list[int],
        scale: Scale,
        placement: Placement,
    ) -> None:
        self._config = config
        self._scale = scale
        self._placement = placement
        torch.manual_seed(seed_of(config.seed, "weights"))
        self.network = placed(build(), placement)
        self._parameters = list(self.network.parameters())
        buffers = list(self.network.buffers())
        self._statistics = [buffer for buffer in buffers if buffer.is_floating_point()]
        self._counters = [buffer for buffer in buffers if not buffer.is_floating_point()]
        self._average = AveragedNetwork(self.network, config.ema) if config.ema else None
        optimiser = torch.optim.SGD(
            _groups(self.network, config), lr=config.lr, momentum=config.momentum, nesterov=config.nesterov
        )
        learner: nn.Module = cast(nn.Module, torch.compile(self.network)) if placement.compiled else self.network
        self._learner, self._optimiser = placement.fabric.setup(learner, optimiser)
        self._loss = PlaneLoss(
            class_weights(counts, config.class_weights == "balanced").to(placement.device),
            config.label_smoothing,
            config.none_as_background,
        )
        self.side = config.size
        self._augmentation = Augmentation(
            config.cutout, config.shift, config.turn, config.zoom, config.flip, config.gain
        )

    @property
    def judged(self) -> nn.Module:
        """The network that is validated and kept: the averaged one where there is one; in evaluation mode."""
        if self._average is not None:
            return self._average.network
        self.network.eval()
        return self.network

    def rate_at(self, time: float) -> float:
        """Return the learning rate at a time in epochs."""
        config = self._config
        return cosine_rate(time, config.lr, config.lr_min, config.cosine_length, config.warmup)

    def begin_epoch(self, epoch: int) -> None:
        """Set what changes from epoch to epoch."""
        config = self._config
        self._learner.train()
        self.side = growing_side(epoch, config.small_epochs, config.size)
        if config.drop_path and isinstance(self.network, UiacNetwork):
            self.network.set_drop_path(drop_path_at(epoch, config.cosine_length, config.drop_path))

    def step(self, parts: Sequence[Part], time: float, number: int) -> tuple[Tensor, Tensor]:
        """Learn from one batch.

        Parameters
        ----------
        parts
            This process's parts of the batch, on the device. Each is normalised by itself; gradients and running
            statistics are the means over all parts of all processes.
        time
            Epochs since the start, with fraction: sets the learning rate.
        number
            Step since the start: seeds the augmentation, with the part's number among all parts.

        Returns
        -------
        tuple of Tensor
            The mean loss of the main head, and how many answers were right in the whole batch; scalars on the device,
            equal on all processes.
        """
        ranks = self._placement.ranks
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate_at(time)
        self._optimiser.zero_grad()
        kept = [*self._statistics, *self._counters] if len(parts) > 1 else []
        before = [tensor.clone() for tensor in kept]
        gathered = [torch.zeros_like(tensor) for tensor in self._statistics]
        losses, right = [], []
        for index, part in enumerate(parts):
            if before:
                torch._foreach_copy_(kept, before)
            seed = seed_of(self._config.seed, "step", number, ranks.number * len(parts) + index)
            loss, hits = self._part(part, seed, 1 / len(parts))
            losses.append(loss)
            right.append(hits)
            if before:
                torch._foreach_add_(gathered, self._statistics, alpha=1 / len(parts))
        if before:
            torch._foreach_copy_(self._statistics, gathered)
        told = self._reduced(torch.stack(losses).mean(), torch.stack(right).sum())
        if self._config.grad_clip:
            nn.utils.clip_grad_norm_(self._parameters, self._config.grad_clip)
        self._optimiser.step()
        if self._average is not None:
            self._average.update()
        return told

    def _part(self, part: Part, seed: int, share: float) -> tuple[Tensor, Tensor]:
        """Add the gradients of one part, weighed by its share of the batch; return its loss and its right answers."""
        generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)  # of drop-path, and of the dropout of a baseline
        images = self._augmentation(part.frames, self._scale, generator, self.side)
        logits, _, auxiliary = self._learner(images)
        loss: Tensor = self._loss(logits, part.labels)
        total = loss if auxiliary is None else loss + self._config.auxiliary * self._loss(auxiliary, part.labels)
        self._placement.fabric.backward(total * share)
        return loss.detach(), (logits.detach().argmax(dim=1) == part.labels).sum()

    def _reduced(self, loss: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
        """Take the means over all processes for gradients, running statistics, loss and right answers."""
        ranks = self._placement.ranks
        if ranks.count == 1:
            return loss, right
        own = [parameter.grad for parameter in self._parameters if parameter.grad is not None] + self._statistics
        *means, loss, hits = ranks.reduced([*own, loss, right.float()])
        torch._foreach_copy_(own, means)
        return loss, (hits * ranks.count).round().long()

    def agrees(self) -> bool:
        """Tell whether all processes have the same weights to the last bit."""
        ranks = self._placement.ranks
        return ranks.count == 1 or ranks.all_equal(torch.cat([p.detach().reshape(-1) for p in self._parameters]))

    def tensors(self) -> dict[str, Tensor]:
        """Return weights, averaged weights and momenta by name."""
        found = {_WEIGHTS + name: tensor for name, tensor in self.network.state_dict().items()}
        if self._average is not None:
            found |= {_AVERAGE + name: tensor for name, tensor in self._average.network.state_dict().items()}
        return found | momenta(self._raw_optimiser, self.network.named_parameters())

    def numbers(self) -> dict[str, Any]:
        """Return what else the state holds, as JSON values."""
        return {"averaged_steps": self._average.steps if self._average is not None else 0}

    def restore(self, tensors: dict[str, Tensor], numbers: dict[str, Any]) -> None:
        """Take up the state that `tensors` and `numbers` gave."""
        self.network.load_state_dict(under(tensors, _WEIGHTS))
        if self._average is not None:
            self._average.network.load_state_dict(under(tensors, _AVERAGE))
            self._average.steps = int(numbers["averaged_steps"])
        restore_momenta(self._raw_optimiser, self.network.named_parameters(), tensors)

    def judged_tensors(self) -> dict[str, Tensor]:
        """Return the weights of the network that is kept."""
        return dict(self.judged.state_dict())

    @property
    def _raw_optimiser(self) -> torch.optim.Optimizer:
        return cast(_FabricOptimizer, self._optimiser).optimizer


def _groups(network: nn.Module, config: TrainConfig) -> list[dict[str, Any]]:
    """Return the parameters with their weight decay; norms and biases apart where they are spared."""
    spared = [p for p in network.parameters() if p.ndim < 2 and not config.decay_norms]
    decayed = [p for p in network.parameters() if p.ndim >= 2 or config.decay_norms]
    groups: list[dict[str, Any]] = [{"params": decayed, "weight_decay": config.weight_decay}]
    return [*groups, {"params": spared, "weight_decay": 0.0}] if spared else groups
