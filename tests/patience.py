"""How long a test waits for what must come: longer than a busy machine takes, so that only a failure waits it out."""

import threading
import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 60.0
PATIENCE_MS: Final = 60_000


def wait_until(holds: Callable[[], object]) -> None:
    """Look again and again until something holds that nobody tells of."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        threading.Event().wait(0.002)
