"""Models by name: genotypes by name, file or chance, baselines, and what is refused."""

from pathlib import Path

import pytest

from nas.compare.entrants import entrants, recipe_of
from nas.config.train import preset
from nas.errors import NasError
from nas.genotype import DARTS_V1, OPERATIONS, UIAC
from nas.genotype.chance import random_genotype


def test_that_a_genotype_by_chance_reads_two_distinct_nodes_and_uses_every_operation() -> None:
    drawn = [random_genotype(seed) for seed in range(40)]
    for genotype in drawn:
        for _, edges, concat in genotype.blocks():
            assert concat == (2, 3, 4, 5)
            assert all(left.node < right.node for left, right in zip(edges[::2], edges[1::2], strict=True))
    used = {edge.operation for genotype in drawn for edge in genotype.normal + genotype.reduce}
    assert used == set(OPERATIONS) - {"none"}
    assert len({genotype.to_json() for genotype in drawn}) == 40
    assert random_genotype(3) == drawn[3]


def test_that_names_become_genotypes_and_baselines(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    for file in ("found.json", "search/genotype.json"):
        (tmp_path / file).write_text(DARTS_V1.to_json())
    words = ["uiac", "random", "vgg13_bn", f"uiac:{tmp_path}/found.json", f"uiac:{tmp_path}/search"]
    words.append(f"uiac:{tmp_path}/search/genotype.json")
    named = entrants(words[:5], 64)
    assert [entrant.name for entrant in named] == ["uiac", "random", "vgg13_bn", "uiac:found", "uiac:search"]
    assert [entrant.folder for entrant in named] == ["uiac", "random", "vgg13_bn", "uiac-found", "uiac-search"]
    assert [entrant.genotype_of(2) for entrant in named] == [UIAC, random_genotype(2), None, DARTS_V1, DARTS_V1]
    assert [entrant.baseline for entrant in named] == ["", "", "vgg13_bn", "", ""]
    with pytest.raises(NasError, match="Two models are called uiac:search"):
        entrants(words, 64)


@pytest.mark.parametrize(
    ("words", "side", "says"),
    [
        ([], 64, "No model is named"),
        (["uiac", "uiac"], 64, "Two models are called uiac"),
        (["resnet19"], 64, "no model 'resnet19'"),
        (["uiac:absent.json"], 64, "absent.json cannot be opened"),
        (["uiac", "alexnet"], 32, "alexnet cannot take frames of 32 pixels"),
    ],
)
def test_that_what_cannot_be_compared_is_refused_at_once(words: list[str], side: int, says: str) -> None:
    with pytest.raises(NasError, match=says):
        entrants(words, side)


def test_that_only_a_network_that_takes_no_small_frames_sees_whole_ones_from_the_start() -> None:
    quick = preset("quick")
    assert quick.small_epochs > 0
    assert recipe_of("alexnet", quick) == quick.model_copy(update={"small_epochs": 0})
    assert all(recipe_of(name, quick) == quick for name in ("", "uiac", "random", "resnet18", "vgg13_bn"))
    assert recipe_of("alexnet", preset("paper")) == preset("paper")
