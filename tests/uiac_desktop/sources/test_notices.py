"""Warnings of a source are told once, counted in place, and never moved."""

from uiac_desktop.sources.notices import Notices


def test_that_a_line_is_told_once_and_none_is_no_line() -> None:
    notices = Notices()
    notices.tell("one")
    notices.tell(None)
    notices.tell("one")
    assert notices.lines == ("one",)


def test_that_losses_are_one_line_that_counts_up_where_it_stands() -> None:
    notices = Notices()
    notices.tell("first")
    notices.lose()
    notices.tell("last")
    assert notices.lines[1] == "The file is damaged or cut: 1 damaged frame is left out so far."
    notices.lose(2)
    notices.lose(0)
    assert notices.lines == ("first", "The file is damaged or cut: 3 damaged frames are left out so far.", "last")
    assert notices.losses == 3


def test_that_a_final_count_says_no_so_far() -> None:
    notices = Notices()
    notices.lose(2, all_known=True)
    assert notices.lines == ("The file is damaged or cut: 2 damaged frames are left out.",)
