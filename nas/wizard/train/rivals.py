"""Which networks a training can be compared with, and how far each of them has come in a comparison."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from nas.baselines.names import SMALLEST, needs_whole_frames
from nas.compare.entrants import recipe_of
from nas.config.train import TrainConfig
from nas.errors import NasError
from nas.rundir import RunFolder
from nas.wizard.requests import StartCompare
from nas.wizard.result.comparison import network_name
from nas.wizard.runs.commands import genotype_word
from nas.wizard.state import RunView, WizardState

RivalState: TypeAlias = Literal["", "waiting", "training", "done", "failed"]
USUAL: Final = ("uiac", "resnet18", "densenet121", "vgg13_bn", "alexnet", "random")
CHOSEN: Final = ("uiac", "resnet18", "densenet121")
_SAID: Final = {
    "uiac": "the block that the paper found",
    "random": "other blocks drawn by chance: what a search must beat",
}
_TOO_SMALL: Final = "it cannot take the small frames that the others begin with"


@dataclass(frozen=True, slots=True)
class Rival:
    """A network that can take part: its name for the comparison, for people, what it is, and why it cannot take part.

    ``note`` says what is done otherwise for it than for the rest.
    """

    model: str
    name: str
    hint: str = ""
    unfit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a network has come: ``share`` of its runs (0 to 1), ``figure`` its macro-F1 so far (fraction)."""

    state: RivalState
    share: float = 0.0
    figure: float | None = None


def rivals(state: WizardState) -> tuple[Rival, ...]:
    """Return all networks: that of the search where there is one, the usual ones, then every other of torchvision."""
    own = own_model(state)
    first = (Rival(own, network_name(own), "the network of this search"),) if own.startswith("uiac:") else ()
    rest = tuple(name for name in SMALLEST if name not in USUAL)
    return (*first, *(_rival(model, state.train) for model in (*USUAL, *rest)))


def own_model(state: WizardState) -> str:
    """Return what the comparison calls the blocks that are trained here: a known name, or ``uiac:`` and their file."""
    word = genotype_word(state)
    return word if word in ("uiac", "darts_v1", "darts_v2", "") else f"uiac:{word}"


def compare_request(models: tuple[str, ...], seeds: int) -> StartCompare:
    """Return the request for a comparison whose epochs are chosen without the test frames, as any fair one must be."""
    return StartCompare(models, ("--seeds", str(seeds), "--genotype", "uiac", "--choice", "macro_f1"))


def standings(view: RunView | None) -> dict[str, Standing]:
    """Return how far each network of a comparison has come, by the name that people know."""
    if view is None:
        return {}
    story, found = view.story, dict[str, Standing]()
    seeds: dict[str, list[float]] = {}
    for judged in story.judged:
        seeds.setdefault(judged.model, []).append(judged.macro_f1)
    each = _runs_each(view)
    for model, figures in seeds.items():
        mean = sum(figures) / len(figures)
        done = len(figures) >= each or view.state == "finished"
        found[network_name(model)] = Standing("done" if done else "waiting", len(figures) / each, mean)
    over = {(judged.model, judged.seed) for judged in story.judged}
    going = view.state == "running" and story.end is None
    if going and story.model is not None and (story.model.model, story.model.seed) not in over:
        before = seeds.get(story.model.model, [])
        within = story.share if story.started is not None else 0.0
        mean_so_far = sum(before) / len(before) if before else None
        share = min((len(before) + within) / each, 1.0)
        found[network_name(story.model.model)] = Standing("training", share, mean_so_far)
    for model in _asked(view.folder):
        found.setdefault(network_name(model), Standing("waiting" if view.state != "finished" else "failed"))
    return found


def _rival(model: str, config: TrainConfig) -> Rival:
    unfit = f"needs frames of {SMALLEST[model]} pixels" if needs_whole_frames(model, config.size) else ""
    if not unfit and recipe_of(model, config) != config:
        return Rival(model, network_name(model), _TOO_SMALL, note="whole frames from the start")
    return Rival(model, network_name(model), _SAID.get(model, ""), unfit)


def _runs_each(view: RunView) -> int:
    models = len(_asked(view.folder))
    total = view.story.model.total if view.story.model is not None else models
    return max(total // models, 1) if models else 1


def _asked(folder: Path) -> tuple[str, ...]:
    """Return the networks that a comparison's config names; none where it is not written yet."""
    try:
        entrants = RunFolder(folder).read_config().get("entrants", [])
        return tuple(str(entrant["name"]) for entrant in entrants)
    except (NasError, KeyError, TypeError):
        return ()
