"""What a terminal shows of a failure is two lines, whatever stands in the names of files."""

import errno
import os

import pytest

from nas.errors import error_lines, of_the_disk, one_line


def test_that_breaks_control_signs_and_lost_letters_of_a_name_stay_off_the_screen() -> None:
    hostile = "a\nb\t\x1b[2Jc\u202e\udce9胎儿 🫀.mp4"
    assert one_line(hostile) == "a b \ufffd[2Jc\ufffd\ufffd胎儿 🫀.mp4"
    assert error_lines(f"{hostile} is text.", "Choose\nanother.").count("\n") == 2


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC, errno.ENAMETOOLONG, errno.EROFS])
def test_that_what_a_disk_refuses_is_said_by_the_name_of_the_file_alone(code: int) -> None:
    refused = of_the_disk(OSError(code, "reason", "/home/somebody/rows.csv"))
    assert refused is not None
    assert refused.message == f"rows.csv cannot be used: {os.strerror(code)}."
    assert refused.advice


def test_that_other_failures_are_bugs() -> None:
    assert of_the_disk(OSError(errno.EBADF, "reason", "x")) is None
    assert of_the_disk(OSError(errno.EACCES, "without a file")) is None
    assert of_the_disk(ValueError("x")) is None
