"""Lets sessions go in threads of their own, since a driver may hang in ``read`` and the window must not wait for it."""

import logging
import threading

from uiac_desktop.ui.scan.session_port import Session

_LOG = logging.getLogger(__name__)
_WAIT_S = 3.0


class Retirement:
    """Stops sessions without waiting; `shut` waits, at most a few seconds."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._hangs = False

    def retire(self, session: Session) -> None:
        """Stop a session in a thread of its own."""
        thread = threading.Thread(target=self._stop, args=(session,), name="retire-session", daemon=True)
        self._threads = [former for former in self._threads if former.is_alive()] + [thread]
        thread.start()

    def _stop(self, session: Session) -> None:
        if not session.stop():
            self._hangs = True
            _LOG.warning("A source or a model did not let go in time; its thread is left to itself.")

    def shut(self) -> None:
        """Wait for every session that is being stopped."""
        for thread in self._threads:
            thread.join(_WAIT_S)

    @property
    def hangs(self) -> bool:
        """Whether a thread of a session did not end when it was asked to, and may be anywhere in foreign code."""
        return self._hangs or any(thread.is_alive() for thread in self._threads)
