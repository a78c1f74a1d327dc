"""Entry of the program: a command that needs no window goes to the command line, everything else opens the window."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run the program and return its exit status: 0 done, 1 unexpected, 2 wrong usage or unusable input, 3 stopped."""
    told = sys.argv[1:] if argv is None else argv
    from uiac_desktop.cli import COMMANDS, run

    if told and told[0] in COMMANDS:
        return run(told)
    from uiac_desktop.app import run as open_window

    return open_window(told)


if __name__ == "__main__":
    sys.exit(main())
