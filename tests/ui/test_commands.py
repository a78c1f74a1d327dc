"""Commands as data: every key once in a room, the user's keys win, and every command can be reached."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from uiac_desktop.paths import resource
from uiac_desktop.ui.commands import BY_ID, COMMANDS, bindings, meets


def test_that_no_two_commands_share_a_default_key() -> None:
    keys, clashes = bindings({})
    assert clashes == ()
    for first, second in combinations([name for name, key in keys.items() if key], 2):
        shared = keys[first].lower() == keys[second].lower()
        assert not (shared and meets(BY_ID[first], BY_ID[second])), (first, second)


def test_that_every_default_key_is_a_key_for_qt() -> None:
    for command in COMMANDS:
        if command.key:
            assert QKeySequence.fromString(command.key, QKeySequence.SequenceFormat.PortableText).count() == 1, (
                command.id
            )


def test_that_the_keys_of_the_design_hold() -> None:
    keys, _ = bindings({})
    wanted = {"freeze": "Space", "map": "C", "open": "O", "full_screen": "F11", "room_scan": "F1", "help": "Shift+F1"}
    assert {name: keys[name] for name in wanted} == wanted
    assert (keys["play"], keys["back"], keys["forward"], keys["settings"]) == ("P", ",", ".", "Ctrl+,")


def test_that_a_key_of_the_user_takes_it_from_the_default_holder() -> None:
    keys, clashes = bindings({"map": "O"})
    assert keys["map"] == "O"
    assert keys["open"] == ""
    assert [(clash.key, clash.first, clash.second) for clash in clashes] == [("O", "map", "open")]


@pytest.mark.parametrize("key", ["Enter", "Num+Enter", "return"])
def test_that_enter_is_one_key_wherever_it_lies(key: str) -> None:
    keys, clashes = bindings({"map": key})
    assert (keys["map"], keys["use"]) == ("Return", "")
    assert [(clash.key, clash.first, clash.second) for clash in clashes] == [("Return", "map", "use")]


def test_that_an_empty_key_takes_the_key_away_and_unknown_commands_are_passed_over() -> None:
    keys, clashes = bindings({"freeze": "", "no_such_command": "X"})
    assert keys["freeze"] == ""
    assert "no_such_command" not in keys
    assert clashes == ()


@given(st.dictionaries(st.sampled_from(sorted(BY_ID)), st.sampled_from(["A", "a", "F5", "Space", "O", "", "Ctrl+M"])))
def test_that_no_choice_of_keys_lets_two_commands_share_one(own: dict[str, str]) -> None:
    keys, _ = bindings(own)
    assert list(keys) == [command.id for command in COMMANDS]
    for first, second in combinations([name for name, key in keys.items() if key], 2):
        assert keys[first].lower() != keys[second].lower() or not meets(BY_ID[first], BY_ID[second])


def test_that_every_icon_of_a_command_is_there() -> None:
    for command in COMMANDS:
        if command.icon:
            assert resource(f"icons/{command.icon}.svg").is_file()


def test_that_rooms_of_their_own_may_share_a_key_and_a_command_of_all_rooms_may_not(monkeypatch) -> None:
    from dataclasses import replace

    from uiac_desktop.ui import commands

    scan, everywhere = BY_ID["again"], BY_ID["help"]
    other = replace(scan, id="other_room", where="review")
    monkeypatch.setattr(commands, "COMMANDS", (scan, other, everywhere))
    keys, clashes = bindings({"again": "X", "other_room": "X"})
    assert (keys["again"], keys["other_room"], clashes) == ("X", "X", ())
    keys, clashes = bindings({"help": "X", "other_room": "X"})
    assert (keys["other_room"], keys["help"]) == ("X", "")
    assert len(clashes) == 1
