"""What a search leaves in its folder: the blocks of every epoch, the chosen ones, a report, figures."""

from pathlib import Path
from typing import Final, Literal, cast

from pydantic import BaseModel, ConfigDict

from nas.config.search import SearchConfig
from nas.counts import counted
from nas.events import ArchitectureSnapshot, EpochSearched, SearchFinished
from nas.figures.curves import draw_curves
from nas.figures.genotype_graph import draw_genotype
from nas.figures.lambda_map import draw_lambda
from nas.genotype import GENOTYPE_FILE, Genotype
from nas.learning.reading import preprocess_spec
from nas.rundir import RunFolder, disk_errors, write_atomic
from nas.search.guards import decay_at
from nas.search.halves import Halves
from nas.search.standing import Standing
from nas.space.layout import network_layers
from nas.space.network_config import NetworkConfig

RESULT_FILE: Final = "search_result.json"
_SELECTION: Final = (
    "The blocks are those of the epoch in which the search network named most frames of D_val rightly, as in the paper;"
    " epochs in which lambda preferred nothing yet, or so many skips that the search was stopped, come last."
    " Lambda was fitted on these very frames, so this top-1 flatters, and it is that of the search network, not of the"
    " network with these blocks: train and evaluate that one."
)
_NOT_PREFERRED: Final = (
    "lambda prefers nothing yet, since it has not learned: the blocks follow a rule of order alone, and say nothing"
    " about the frames; let the search go on beyond its warm-up"
)


class SearchResult(BaseModel):
    """search_result.json of a search.

    Attributes
    ----------
    genotype
        The chosen blocks.
    best_epoch, epochs_done
        The epoch that they come from, counted from 0, and how many were done.
    reason
        Why the search ended: epochs, time, skips or stable.
    top1
        Of the search network on D_val at that epoch (fraction).
    selection
        How far that can be trusted.
    guards
        Guards against collapse that took effect.
    warnings
        What is suspicious about the blocks.
    seconds
        Of all whole epochs.
    parameters
        Of the UIAC network of 20 blocks and 32 channels with these blocks, without its auxiliary head.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    genotype: Genotype
    best_epoch: int
    epochs_done: int
    reason: Literal["epochs", "time", "skips", "stable"]
    top1: float
    selection: str
    guards: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float
    parameters: int


def keep_genotype(run: RunFolder, now: Standing, found: Genotype) -> None:
    """Write the blocks of the epoch that is under way, and the chosen ones as genotype.json."""
    if not run.leads:
        return
    with disk_errors():
        history = run.path / "genotypes"
        history.mkdir(exist_ok=True)
        write_atomic(history / f"epoch-{now.epoch + 1:03d}.json", found.to_json().encode())
        write_atomic(run.path / GENOTYPE_FILE, chosen(now).to_json().encode())


def chosen(now: Standing) -> Genotype:
    """Return the blocks that are chosen so far."""
    return Genotype.model_validate(now.genotype)


def finish_search(run: RunFolder, config: SearchConfig, halves: Halves, now: Standing) -> SearchFinished:
    """Write result, report and figures; return the run's last event."""
    genotype = chosen(now)
    plan = NetworkConfig(
        genotype=genotype,
        classes=len(halves.classes),
        input_channels=preprocess_spec(config).channels,
        size=config.size,
    )
    result = SearchResult(
        genotype=genotype,
        best_epoch=now.best_epoch,
        epochs_done=now.epoch,
        reason=cast("Literal['epochs', 'time', 'skips', 'stable']", now.reason),
        top1=now.best_top1,
        selection=_SELECTION,
        guards=fired(config, now),
        warnings=genotype.warnings() if now.preferred else (_NOT_PREFERRED,),
        seconds=now.seconds,
        parameters=sum(layer.parameters for layer in network_layers(plan)),
    )
    run.write_json(run.path / RESULT_FILE, result.model_dump(mode="json"))
    if run.leads:
        with disk_errors():
            write_atomic(run.path / "report.md", _report(config, halves, result).encode())
        _draw(run, genotype, now.best_epoch)
    return SearchFinished(
        reason=result.reason,
        best_epoch=result.best_epoch,
        epochs_done=result.epochs_done,
        seconds=result.seconds,
        top1=result.top1,
        genotype=genotype,
        guards=result.guards,
        warnings=result.warnings,
        parameters=result.parameters,
    )


def fired(config: SearchConfig, now: Standing) -> tuple[str, ...]:
    """Return the guards that took effect, each as one clause."""
    alone, stable = min(config.warmup_epochs, now.epoch), counted(config.stop_stable, "epoch")
    risen = decay_at(now.epoch, config.epochs, config.beta_decay) if now.epoch > config.warmup_epochs else 0.0
    said = {
        f"the weights alone learned for {counted(alone, 'epoch')}": alone > 0,
        f"beta-decay drew operations together, with a weight that rose to {risen:g}": risen > 0,
        f"the search was stopped when the standard block had {counted(config.stop_skips, 'skip')}": now.reason
        == "skips",
        f"the search was stopped when the blocks had stayed for {stable}": now.reason == "stable",
        f"{counted(now.skips_capped, 'skip')} gave way to the next best operation": now.skips_capped > 0,
        f"{counted(now.pools_capped, 'pool')} gave way to the best operation with weights": now.pools_capped > 0,
    }
    return tuple(clause for clause, took_effect in said.items() if took_effect)


def _report(config: SearchConfig, halves: Halves, result: SearchResult) -> str:
    order = "second" if config.order == 2 else "first"
    partial = f", one channel in {config.partial}" if config.partial > 1 else ""
    guards = [f"- {clause}" for clause in result.guards] or ["- none"]
    warnings = [f"- {text}" for text in result.warnings]
    return "\n".join(
        [
            f"# Search {config.name}\n",
            "Research use only; not for diagnosis.\n",
            (
                f"Algorithm 1 of the paper (Zeng, Zhang, Huang 2021) in {order} order, {config.blocks} blocks and"
                f" {config.channels} channels{partial}, seed {config.seed}:"
                f" {result.epochs_done} of {config.epochs} epochs in {result.seconds / 60:.1f} min,"
                f" ended by {result.reason}.\n"
            ),
            (
                f"{counted(len(halves.train), 'frame')} in D_train and {len(halves.validation)} in D_val, split by"
                f" {halves.split_by}, {len(halves.classes)} planes.\n"
            ),
            "## The blocks\n",
            f"```json\n{result.genotype.to_json()}```\n",
            f"From epoch {result.best_epoch + 1}, top-1 {100 * result.top1:.2f} % on D_val. {result.selection}\n",
            f"The UIAC network of 20 blocks and 32 channels with them has {result.parameters:,} parameters.\n",
            "## Guards against collapse\n",
            *guards,
            *warnings,
            "",
        ]
    )


def _draw(run: RunFolder, genotype: Genotype, best: int) -> None:
    with disk_errors():
        run.figures.mkdir(exist_ok=True)
    for ending in (".png", ".pdf"):
        draw_genotype(genotype, Path(run.figures / f"genotype{ending}"))
    epochs = {event.epoch: event for event in run.events() if isinstance(event, EpochSearched)}
    snapshots = {event.epoch: event for event in run.events() if isinstance(event, ArchitectureSnapshot)}
    told = [epochs[number] for number in sorted(epochs)]
    if told:
        draw_curves(
            [event.train_loss for event in told],
            [event.validation_loss for event in told],
            [event.top1 for event in told],
            best,
            run.figures / "curves",
            "top-1 on D_val",
        )
    if best in snapshots:
        draw_lambda(snapshots[best].normal, snapshots[best].reduce, run.figures / "lambda")
