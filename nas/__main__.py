"""Entry point of `uiac-nas` and of `python -m nas`."""

import sys

from nas.cli import main

if __name__ == "__main__":
    sys.exit(main())
