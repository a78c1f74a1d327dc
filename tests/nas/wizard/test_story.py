"""A run's log folds into one record: nothing twice after a resume, the best epoch, what the last epoch changed."""

from functools import reduce
from typing import Any

from nas.events import (
    ArchitectureSnapshot,
    BlockCounts,
    EpochDone,
    EpochSearched,
    Event,
    ModelJudged,
    ModelStarted,
    Progress,
    RunFinished,
    RunStarted,
    RunStopped,
)
from nas.genotype import DARTS_V1, DARTS_V2, Genotype
from nas.wizard.runs.log import lines_of
from nas.wizard.runs.story import RunStory, told


def folded(*events: Event) -> RunStory:
    return reduce(told, events, RunStory())


def started(kind: Any = "search", epochs: int = 10, resumed_at: int | None = None) -> RunStarted:
    return RunStarted(
        kind=kind, resumed_at=resumed_at, epochs=epochs, classes=("FCH", "TV"), train_frames=8, none_frames=0,
        validation_frames=8, split_by="subject", parameters=1, device="CPU", precision="fp32",
        compiled=False, threads=1,
    )  # fmt: skip


def searched(epoch: int, top1: float = 0.5, best: bool = False) -> EpochSearched:
    return EpochSearched(
        epoch=epoch, epochs=10, lr=0.1, train_loss=1, train_top1=top1, lambda_loss=1, lambda_top1=top1,
        validation_loss=1, top1=top1, best=best, seconds=1, rate=1, eta_s=10 - epoch, memory_mb=100 + epoch,
    )  # fmt: skip


def trained(epoch: int, loss: float, best: bool = False) -> EpochDone:
    return EpochDone(
        epoch=epoch, epochs=10, lr=0.1, train_loss=loss, train_top1=0.5, validation_loss=1, top1=0.5, macro_f1=0.5,
        kappa=0.5, best=best, seconds=1, rate=1, eta_s=1, memory_mb=1,
    )  # fmt: skip


def blocks(epoch: int, genotype: Genotype) -> ArchitectureSnapshot:
    counts = BlockCounts(skip=0, pool=0, convolution=8)
    flat = ((0.0,) * 8,) * 14
    return ArchitectureSnapshot(
        epoch=epoch, normal=flat, reduce=flat, normal_entropy=1, reduce_entropy=1, genotype=genotype,
        normal_counts=counts, reduce_counts=counts, informative=True, skips_capped=0,
    )  # fmt: skip


def test_that_a_resumed_run_tells_each_epoch_once() -> None:
    first = [started(), blocks(0, DARTS_V1), searched(0), blocks(1, DARTS_V1), searched(1), blocks(2, DARTS_V2)]
    story = folded(*first, RunStopped(epoch=2), started(resumed_at=2), blocks(2, DARTS_V1), searched(2, best=True))
    assert [epoch.epoch for epoch in story.searched] == [0, 1, 2]
    assert [snapshot.epoch for snapshot in story.lambdas] == [0, 1, 2]
    assert story.end is None
    assert story.best_epoch == 2
    assert story.unchanged("normal") == 2


def test_that_a_run_that_goes_on_from_an_older_checkpoint_drops_what_came_after() -> None:
    told_before = [started(), *(event for n in range(5) for event in (blocks(n, DARTS_V1), searched(n)))]
    story = folded(*told_before, started(resumed_at=3))
    assert [epoch.epoch for epoch in story.searched] == [0, 1, 2]
    assert [snapshot.epoch for snapshot in story.lambdas] == [0, 1, 2]


def test_that_the_edges_that_an_epoch_changed_are_named() -> None:
    story = folded(started(), blocks(0, DARTS_V1), blocks(1, DARTS_V2))
    differing = {n for n in range(8) if DARTS_V1.normal[n] != DARTS_V2.normal[n]}
    assert differing
    assert story.changed("normal") == differing
    assert story.unchanged("normal") == 0
    assert folded(started(), blocks(0, DARTS_V1)).changed("normal") == frozenset()


def test_that_the_log_tells_in_the_order_of_the_telling_though_the_clock_was_set_back() -> None:
    def at(time: float, event: Event) -> Event:
        return event.model_copy(update={"time": time})

    before = [at(9000, started()), at(9100, blocks(0, DARTS_V1)), at(9101, searched(0)), at(9200, RunStopped(epoch=1))]
    after = [at(50, started(resumed_at=1)), at(60, blocks(1, DARTS_V2)), at(61, searched(1))]
    lines = [line.split("  ", 1)[1].split(":")[0] for line in lines_of(folded(*before, *after))]
    stopped = "stopped on request; the state is kept"
    assert lines == ["start", "epoch 1", "epoch 1", stopped, "on from epoch 2", "epoch 2", "epoch 2"]
    again = lines_of(folded(*before, *after, started(resumed_at=1), searched(1)))
    assert sum("epoch 2: loss" in line for line in again) == 1, "what is repeated is told once"


def test_that_the_share_counts_the_epoch_under_way() -> None:
    assert RunStory().share == 0
    story = folded(started(), searched(0), Progress(phase="searching", done=1, total=2, epoch=1, eta_s=7.0))
    assert story.share == 0.15
    assert story.eta_s == 7.0
    assert told(story, searched(1)).share == 0.2
    assert told(story, searched(1)).eta_s == 9
    assert told(story, searched(1)).memory_mb == 101


def test_that_the_counter_of_the_early_stop_counts_epochs_without_a_lower_training_loss() -> None:
    losses = (3.0, 2.0, 2.0, 2.5, 1.9, 2.0)
    counts = [folded(started("train"), *map(trained, range(n), losses)).epochs_without_gain for n in range(1, 7)]
    assert counts == [0, 0, 1, 2, 0, 1]


def test_that_a_comparison_goes_on_after_each_of_its_runs() -> None:
    run_done = RunFinished(
        reason="epochs", best_epoch=0, epochs_done=1, seconds=1, top1=1, macro_f1=1, kappa=1, ece=0, temperature=1,
        none_threshold=0,
    )  # fmt: skip
    judged = ModelJudged(model="alexnet", seed=1, top1=1, macro_f1=1, kappa=1)
    story = folded(
        ModelStarted(model="alexnet", seed=1, number=1, total=2), started("train"), trained(0, 1.0), run_done, judged
    )
    assert story.kind == "compare"
    assert story.end is None
    assert story.judged == (judged,)
    following = told(story, ModelStarted(model="resnet18", seed=1, number=2, total=2))
    assert following.trained == ()
    assert following.judged == (judged,)


def test_that_a_comparison_that_goes_on_counts_each_of_its_runs_once() -> None:
    judged = [ModelJudged(model="alexnet", seed=seed, top1=1, macro_f1=1, kappa=1) for seed in (1, 2)]
    begun = [ModelStarted(model="alexnet", seed=seed, number=seed, total=3) for seed in (1, 2, 3)]
    first = [begun[0], judged[0], begun[1], judged[1], begun[2], started("train"), trained(0, 1.0), trained(1, 0.9)]
    again = [begun[0], judged[0], begun[1], judged[1], begun[2], started("train", resumed_at=2)]
    story = folded(*first, *again)
    assert story.judged == tuple(judged)
    assert (story.epochs_done, story.share) == (2, 0.2)
    story = told(story, trained(2, 0.8))
    assert (story.epochs_done, story.share) == (3, 0.3)
