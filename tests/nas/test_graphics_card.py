"""Cards count where a run can compute on them, which takes a driver and a torch that was built for it."""

from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from nas import graphics_card
from nas.graphics_card import nvidia_cards, torch_cuda, usable_cards
from nas.wizard.control import WizardControl

_VERSION = (
    "from typing import Optional\n\n__version__ = '2.14.1'\ncuda: Optional[str] = {}\nhip: Optional[str] = None\n"
)
Pc = Callable[..., None]


class ToldDriver:
    """A driver with so many cards that knows so much of CUDA."""

    def __init__(self, cards: int, cuda: int) -> None:
        self._cards, self._cuda = cards, cuda

    def cuInit(self, flags: int) -> int:
        return 0

    def cuDeviceGetCount(self, count) -> int:
        count._obj.value = self._cards
        return 0

    def cuDriverGetVersion(self, version) -> int:
        version._obj.value = self._cuda
        return 0


@pytest.fixture
def pc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pc:
    """Return a function that gives this PC cards, a driver, and a torch that was built for some CUDA or none."""

    def make(cards: int, driver: int, built_for: str) -> None:
        (tmp_path / "version.py").write_text(_VERSION.format(built_for), encoding="utf-8")
        found = ModuleSpec("torch", None, origin=str(tmp_path / "__init__.py"))
        monkeypatch.setattr(graphics_card, "find_spec", lambda _name: found)
        monkeypatch.setattr(graphics_card.ctypes, "CDLL", lambda _name: ToldDriver(cards, driver))
        monkeypatch.setattr(graphics_card.sys, "platform", "linux")

    return make


@pytest.mark.parametrize(
    ("driver", "built_for", "usable"),
    [
        (13000, "'13.0'", 2),
        (13020, "'12.8'", 2),
        (12040, "'12.8'", 2),
        (12080, "'13.0'", 0),
        (13000, "None", 0),
    ],
)
def test_that_cards_count_only_where_torch_computes_on_them(pc: Pc, driver: int, built_for: str, usable: int) -> None:
    pc(2, driver, built_for)
    assert (nvidia_cards(), usable_cards()) == (2, usable)


def test_that_runs_of_a_torch_without_cuda_share_the_processor_s_lane(pc: Pc, qapp, tmp_path: Path) -> None:
    pc(2, 13000, "None")
    assert WizardControl(tmp_path / "runs").runs.cards == 0
    pc(2, 13000, "'13.0'")
    assert WizardControl(tmp_path / "runs").runs.cards == 2


def test_that_the_cuda_of_the_installed_torch_is_read_without_importing_it() -> None:
    import torch

    told = torch.version.cuda
    assert torch_cuda() == (int(told.split(".")[0]) if told else None)


def test_that_no_torch_is_no_card(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    pc(2, 13000, "'13.0'")
    monkeypatch.setattr(graphics_card, "find_spec", lambda _name: None)
    assert (torch_cuda(), usable_cards()) == (None, 0)
