"""The message slot's rules: one line a cause, errors first, information leaves by itself."""

from uiac_desktop.ui.messages import Message, MessageBoard, Rank


class _Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _board() -> tuple[MessageBoard, _Clock]:
    clock = _Clock()
    return MessageBoard(clock), clock


def test_that_an_error_is_shown_before_newer_information() -> None:
    board, clock = _board()
    board.post(Message("source", Rank.ERROR, "No picture."))
    clock.now += 1
    board.post(Message("kept", Rank.INFO, "Kept."))
    assert board.shown is not None
    assert board.shown.cause == "source"
    assert board.place == (1, 2)


def test_that_what_must_be_done_first_stands_before_others_of_its_rank_and_after_errors() -> None:
    board, clock = _board()
    board.post(Message("mask", Rank.WARN, "No mask is set.", holds=True, first=True))
    clock.now += 1
    board.post(Message("demo model", Rank.WARN, "The demo model was trained on simulated images alone."))
    assert board.shown is not None
    assert board.shown.cause == "mask"
    board.post(Message("source", Rank.ERROR, "No picture."))
    assert board.shown.cause == "source"


def test_that_one_cause_has_one_line() -> None:
    board, _ = _board()
    for seconds in range(5):
        board.post(Message("lost", Rank.ERROR, f"No picture for {seconds} s."))
    assert board.place == (1, 1)
    assert board.shown is not None
    assert board.shown.what == "No picture for 4 s."


def test_that_information_leaves_after_eight_seconds_and_a_warning_stays() -> None:
    board, clock = _board()
    board.post(Message("opened", Rank.OK, "Open."))
    board.post(Message("demo", Rank.WARN, "Demo model."))
    clock.now += 7.9
    board.expire()
    assert board.place[1] == 2
    clock.now += 0.2
    board.expire()
    assert board.shown is not None
    assert (board.shown.cause, board.place) == ("demo", (1, 1))


def test_that_a_warning_that_passes_leaves_too_and_hides_nothing_for_long() -> None:
    board, clock = _board()
    board.post(Message("demo", Rank.WARN, "Demo model.", holds=True))
    board.post(Message("source in use", Rank.WARN, "A source is open already.", first=True, passing=True))
    clock.now += 7.9
    board.expire()
    assert board.shown is not None
    assert board.shown.cause == "source in use"
    clock.now += 0.2
    board.expire()
    assert (board.shown.cause, board.place) == ("demo", (1, 1))


def test_that_what_still_holds_cannot_be_closed_and_does_not_expire() -> None:
    board, clock = _board()
    board.post(Message("frozen", Rank.INFO, "Frozen by you.", holds=True))
    board.close_shown()
    clock.now += 60
    board.expire()
    assert board.shown is not None
    board.clear("frozen")
    assert board.shown is None


def test_that_a_message_that_holds_keeps_its_place_while_its_words_change() -> None:
    board, clock = _board()
    board.post(Message("slow", Rank.WARN, "18 of 60 fps.", holds=True))
    clock.now += 1
    board.post(Message("damage", Rank.WARN, "A packet was skipped."))
    clock.now += 1
    board.post(Message("slow", Rank.WARN, "17 of 60 fps.", holds=True))
    assert board.shown is not None
    assert board.shown.cause == "damage"


def test_that_turning_goes_round_all_messages() -> None:
    board, _ = _board()
    for cause in ("a", "b", "c"):
        board.post(Message(cause, Rank.WARN, cause))
    seen = []
    for _ in range(3):
        assert board.shown is not None
        seen.append(board.shown.cause)
        board.turn(1)
    assert sorted(seen) == ["a", "b", "c"]
    assert board.place == (1, 3)


def test_that_the_empty_slot_still_tells_the_last_event() -> None:
    board, clock = _board()
    assert board.last_event == "Ready."
    board.post(Message("opened", Rank.OK, "clip.mkv is open."))
    clock.now += 9
    board.expire()
    assert board.shown is None
    assert board.last_event == "clip.mkv is open."


def test_that_the_empty_slot_never_tells_a_cause_that_is_over() -> None:
    board, _ = _board()
    board.post(Message("opened", Rank.OK, "clip.mkv is open."))
    board.clear("opened")
    board.post(Message("waiting", Rank.INFO, "clip.mkv waits for the model … 2 s", holds=True))
    board.clear("waiting")
    assert board.last_event == "clip.mkv is open."
