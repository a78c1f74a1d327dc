"""The search network with lambda and all that changes while they learn; one step, judging, the whole state."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import torch
from torch import Tensor

from nas.architect import Architect, Batch, Outcome
from nas.config.search import SearchConfig
from nas.data.augment import Augmentation, Scale, normalised
from nas.genotype import OPERATIONS
from nas.learning.device import Placement, placed
from nas.learning.loss import PlaneLoss, class_weights
from nas.learning.schedule import cosine_rate
from nas.learning.seeds import Stream, seed_of
from nas.learning.state import momenta, restore_momenta, under
from nas.search.guards import beta_decay, decay_at
from nas.space.architecture import Architecture
from nas.space.candidates import Builder
from nas.space.network_config import NetworkConfig
from nas.space.operations import build_operation
from nas.space.supernet import Supernet

_BETAS: Final = (0.5, 0.999)
_WEIGHTS, _LAMBDA, _ADAM = "network.", "lambda.", "adam."


class Drawn(NamedTuple):
    """Frames of one half as they come from the store: uint8 (N, S, S) or (N, S, S, 3), and labels (N,)."""

    frames: Tensor
    labels: Tensor


class SearchEngine:
    """Takes the steps of Algorithm 1.

    Parameters
    ----------
    config
        The run's config.
    plan
        Of the search network.
    counts
        Frames of each plane in both halves.
    scale
        Of the preprocessing, on the placement's device.
    placement
        Where to compute.
    operations, build
        The space: names of the candidates, and who makes them.

    Attributes
    ----------
    network, architecture
        The search network and lambda.
    parts
        In how many parts a batch is normalised, over all processes.
    """

    def __init__(
        self,
        config: SearchConfig,
        plan: NetworkConfig,
        counts: Sequence[int],
        scale: Scale,
        placement: Placement,
        operations: Sequence[str] = OPERATIONS,
        build: Builder = build_operation,
    ) -> None:
        self._config = config
        self._scale = scale
        self._placement = placement
        self._time = 0.0
        self.parts = placement.ranks.count * config.ghost_batches
        torch.manual_seed(seed_of(config.seed, "weights"))
        self.network = placed(Supernet(plan, operations, config.memory, config.partial, build), placement)
        self.architecture = Architecture(len(operations), weighs_edges=config.partial > 1).to(placement.device)
        self._optimiser = torch.optim.SGD(
            self.network.parameters(), lr=config.lr_w, momentum=config.momentum, weight_decay=config.weight_decay
        )
        self._adam = torch.optim.Adam(
            self.architecture.parameters(), lr=config.lr_lambda, betas=_BETAS, weight_decay=config.lambda_decay
        )
        self._loss = PlaneLoss(class_weights(list(counts), config.class_weights == "balanced").to(placement.device))
        self._augmentation = Augmentation(
            config.cutout, config.shift, config.turn, config.zoom, config.flip, config.gain
        )
        self._architect = Architect(
            self.network,
            self.architecture,
            self._optimiser,
            self._adam,
            self._loss,
            config.order,
            beta_decay(self.architecture, self.decay) if config.beta_decay else None,
            config.grad_clip,
            config.ghost_batches,
            autocast=placement.fabric.autocast,
            reduce=placement.ranks.reduced,
        )

    def rate_at(self, time: float) -> float:
        """Return the weights' learning rate at a time in epochs."""
        return cosine_rate(time, self._config.lr_w, self._config.lr_min, self._config.epochs)

    def decay(self) -> float:
        """Return the weight of beta-decay at the present step."""
        return decay_at(self._time, self._config.epochs, self._config.beta_decay)

    def step(
        self, training: Drawn, validation: Drawn, time: float, number: int, learns_lambda: bool = True
    ) -> tuple[Outcome, Outcome | None]:
        """Take one step of the weights and, where lambda learns, one of lambda, in the config's order.

        Parameters
        ----------
        training, validation
            A batch of D_train and one of D_val, on the device.
        time
            Epochs since the start, with fraction: sets learning rate and beta-decay.
        number
            Step since the start: seeds the augmentation.
        learns_lambda
            False in warm-up.

        Returns
        -------
        tuple
            How the weights' whole batch went, and how lambda's: the mean loss of the parts and the right answers of
            all, equal on all processes.
        """
        self._time = time
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate_at(time)
        train = self._batch(training, "step", number)
        if not learns_lambda:
            return self._of_all([self._architect.step_weights(train)])[0], None
        held = self._batch(validation, "validation_step", number)
        if self._config.step_order == "darts":
            of_lambda = self._architect.step_lambda(train, held)
            of_weights = self._architect.step_weights(train)
        else:
            of_weights = self._architect.step_weights(train)
            of_lambda = self._architect.step_lambda(train, held)
        both = self._of_all([of_weights, of_lambda])
        return both[0], both[1]

    def judge(self, drawn: Drawn) -> Outcome:
        """Return loss and right answers on frames as they are; norms use the statistics of this batch."""
        with torch.inference_mode():
            logits = self.network(normalised(drawn.frames, self._scale), *self.architecture())
            return Outcome(self._loss(logits, drawn.labels), (logits.argmax(dim=1) == drawn.labels).sum())

    def agrees(self) -> bool:
        """Tell, on every process alike, whether all have the same weights and the same lambda to the last bit."""
        ranks = self._placement.ranks
        if ranks.count == 1:
            return True
        weights = torch.cat([weight.detach().reshape(-1) for weight in self.network.parameters()])
        return ranks.all_equal(weights, *self.architecture.parameters())

    def tensors(self) -> dict[str, Tensor]:
        """Return weights, momenta, lambda and what Adam keeps, by name."""
        found = {_WEIGHTS + name: tensor for name, tensor in self.network.state_dict().items()}
        found |= {_LAMBDA + name: tensor for name, tensor in self.architecture.state_dict().items()}
        found |= momenta(self._optimiser, self.network.named_parameters())
        for name, parameter in self.architecture.named_parameters():
            for key, tensor in self._adam.state.get(parameter, {}).items():
                found[f"{_ADAM}{key}.{name}"] = tensor
        return found

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Take up the state that `tensors` gave."""
        self.network.load_state_dict(under(tensors, _WEIGHTS))
        self.architecture.load_state_dict(under(tensors, _LAMBDA))
        restore_momenta(self._optimiser, self.network.named_parameters(), tensors)
        lambdas = dict(self.architecture.named_parameters())
        for path, tensor in under(tensors, _ADAM).items():
            key, name = path.split(".", 1)
            device = "cpu" if key == "step" else lambdas[name].device
            self._adam.state[lambdas[name]][key] = tensor.to(device, copy=True)

    def _of_all(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Return the outcomes of whole batches from those of this process's parts."""
        ranks = self._placement.ranks
        if ranks.count == 1:
            return outcomes
        found = ranks.reduced([number.double() for outcome in outcomes for number in outcome])
        rights = ((right * ranks.count).round().long() for right in found[1::2])
        return [Outcome(loss, right) for loss, right in zip(found[::2], rights, strict=True)]

    def _batch(self, drawn: Drawn, stream: Stream, number: int) -> Batch:
        """Return this process's part of a batch; the whole is varied, so that it is the same for any number of them."""
        generator = torch.Generator().manual_seed(seed_of(self._config.seed, stream, number))
        frames = self._augmentation(drawn.frames, self._scale, generator, self._config.size)
        ghosts, first = self._config.ghost_batches, self._placement.ranks.number * self._config.ghost_batches
        own = [tensor.tensor_split(self.parts)[first : first + ghosts] for tensor in (frames, drawn.labels)]
        return Batch(torch.cat(own[0]), torch.cat(own[1]))
