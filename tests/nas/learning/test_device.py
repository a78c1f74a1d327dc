"""What a run computes in on graphics cards of several kinds; the cards are told of, not there."""

import pytest

from nas.learning import device
from nas.learning.fabric import joined_fabric


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Have torch tell of two cards that emulate bf16, as it does of a V100."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation=True: including_emulation)
    monkeypatch.setattr("torch.cuda.get_device_name", lambda _: "Tesla V100")
    monkeypatch.setattr("nas.learning.device.joined_fabric", lambda _, *told: joined_fabric("cpu", *told))
    return monkeypatch


@pytest.mark.parametrize(("asked", "chosen", "warned"), [("auto", "fp32", 0), ("bf16", "bf16", 1), ("fp32", "fp32", 0)])
def test_that_a_card_that_only_emulates_bf16_computes_in_fp32_unless_it_is_asked_for(
    cards: pytest.MonkeyPatch, asked: str, chosen: str, warned: int
) -> None:
    placement = device.place("auto", asked)
    assert (placement.name, placement.precision) == ("Tesla V100", chosen)
    assert [notice.level for notice in placement.notices] == ["warning"] * warned + ["note"]


def test_that_cards_that_stay_idle_are_told_with_the_way_to_use_them(cards: pytest.MonkeyPatch) -> None:
    (said,) = device.place("cuda").notices
    assert said.message == "This computer has 2 graphics cards; the run computes on one of them, Tesla V100."
    assert "torchrun --nproc-per-node 2 -m nas" in said.advice
    cards.setattr("torch.cuda.device_count", lambda: 1)
    assert not device.place("cuda").notices
