"""Descriptions count as torch does, and tell what they count."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from nas.describe import Description, describe
from nas.errors import NasError
from nas.genotype import DARTS_V1, UIAC, Edge, Genotype
from nas.model import save_model
from nas.model_config import ModelConfig
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig


def test_that_the_paper_network_is_described_with_its_known_numbers() -> None:
    description = describe("uiac")
    assert description.parameters == 6_509_387
    assert description.auxiliary_parameters == 534_539
    assert description.auxiliary_after == 15
    assert round(description.multiply_adds / 1e9, 2) == 1.58
    assert [part.output for part in description.parts if part.name == "block 15"] == [(1024, 8, 8)]
    assert [part.kind for part in description.parts].count("reduction") == 3


def test_that_the_search_network_is_described_with_its_known_count() -> None:
    description = describe("supernet")
    assert description.parameters == 6_801_131
    assert description.config.blocks == 8
    assert description.config.reduce_at == (2, 5)
    assert description.auxiliary_parameters is None


@pytest.mark.parametrize("size", [16, 23])
def test_that_multiply_adds_are_those_that_torch_does(size: int) -> None:
    description = describe("darts_v2", blocks=4, channels=3, classes=5, reduce_at=(1, 2), size=size, input_channels=1)
    network = UiacNetwork(description.config).eval()
    done = 0

    def count(module: nn.Module, _: object, answer: torch.Tensor) -> None:
        nonlocal done
        done += module.weight.numel() * answer.shape[-1] * answer.shape[-2]

    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(count)
    network(torch.randn(1, 1, size, size))
    assert description.multiply_adds == done + network.classifier.weight.numel()
    assert description.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert description.weights_bytes == sum(
        values.numel() * values.element_size() for values in network.state_dict().values()
    )


def test_that_parts_add_up_and_shapes_are_those_of_torch() -> None:
    description = describe("uiac", blocks=4, channels=2, classes=3, size=16)
    assert sum(part.parameters for part in description.parts) == description.parameters
    assert sum(part.multiply_adds for part in description.parts) == description.multiply_adds
    network, shapes = UiacNetwork(description.config).eval(), []
    for block in network.blocks:
        block.register_forward_hook(lambda _, __, answer: shapes.append(tuple(answer.shape[1:])))
    network(torch.randn(1, 3, 16, 16))
    assert [part.output for part in description.parts if part.name.startswith("block")] == shapes


def test_that_a_model_folder_is_described_by_its_own_plan(tmp_path: Path) -> None:
    plan = NetworkConfig(blocks=2, channels=2, reduce_at=(1,), classes=2)
    config = ModelConfig(
        name="trial", network=plan, classes=("ACS", "TV"), trained_on="simulated scan", simulated_only=True
    )
    network = UiacNetwork(plan)
    save_model(tmp_path / "trial", config, network, "")
    description = describe(tmp_path / "trial", blocks=20)
    assert description.config == plan
    assert description.parameters == sum(parameter.numel() for parameter in network.parameters())
    text = description.as_text()
    for words in ("classes ACS, TV", "trained on: simulated scan", "knows simulated images only", "1 x 64 x 64"):
        assert words in text


def test_that_a_genotype_file_is_described_and_its_collapse_is_said(tmp_path: Path) -> None:
    skips = tuple(Edge("skip_connect", edge.node) for edge in UIAC.normal)
    (tmp_path / "found.json").write_text(Genotype(normal=skips, reduce=UIAC.reduce).to_json(), encoding="utf-8")
    assert "warning: the normal block has no convolution" in describe(tmp_path / "found.json").as_text()
    (tmp_path / "genotype.json").write_text(DARTS_V1.to_json(), encoding="utf-8")
    assert describe(tmp_path).darts == DARTS_V1.to_darts()


def test_that_the_text_says_what_a_reader_asks() -> None:
    text = describe("uiac").as_text()
    for words in (
        "20 blocks, 32 channels, 11 classes",
        "6,509,387",
        "6.509 M",
        "7,043,926",
        "534,539",
        "1.58 G",
        "node 2 = skip(0) + dil 5x5(1)",
        "ours, the paper's is not known",
        UIAC.to_darts(),
    ):
        assert words in text
    assert "ours" not in describe("darts_v1").as_text()


def test_that_json_returns_the_same_description() -> None:
    description = describe("uiac", blocks=5, channels=4)
    assert Description.model_validate_json(description.model_dump_json()) == description
    assert json.loads(description.model_dump_json())["parts"][0]["name"] == "stem"


def test_that_describing_needs_no_torch() -> None:
    script = (
        "import sys; from nas.describe import describe; describe('uiac').as_text(); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, "PYTHONPATH": "."})


@pytest.mark.parametrize(
    ("target", "options", "words"),
    [
        ("uiak", {}, "unknown genotype name"),
        ("gone.json", {}, "cannot be opened"),
        ("uiac", {"blocks": 8, "reduce_at": (5, 10, 15)}, "block 10 cannot reduce"),
        ("uiac", {"blocks": 0}, "blocks"),
        ("supernet", {"channels": 0}, "channels"),
        ("uiac", {"size": 4}, "size"),
    ],
)
def test_that_wrong_targets_and_numbers_are_refused_with_advice(
    target: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(NasError) as caught:
        describe(target, **options)
    assert words in caught.value.message
    assert caught.value.advice


def test_that_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NasError, match="is no model"):
        describe(tmp_path)
