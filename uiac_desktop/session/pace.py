"""When each frame of a clip is due: a clip's own clock laid on the wall's, so that files play as live."""


class Pace:
    """Maps times of a source to the monotonic clock.

    Attributes
    ----------
    speed
        Source seconds a wall second, 0.25 to 4.
    """

    SLOWEST = 0.25
    FASTEST = 4.0

    def __init__(self) -> None:
        self.speed = 1.0
        self._wall: float | None = None
        self._time_s = 0.0

    def begin(self, time_s: float, now: float) -> None:
        """Say that the frame of ``time_s`` is due ``now``; what follows is counted from here."""
        self._wall, self._time_s = now, time_s

    def forget(self) -> None:
        """Let the next frame be due at once, as after a pause or a seek."""
        self._wall = None

    def set_speed(self, factor: float, now: float) -> None:
        """Change the speed from ``now`` on, without a jump.

        Parameters
        ----------
        factor
            Is held within 0.25 to 4.
        now
            Seconds on ``time.monotonic``.
        """
        if self._wall is not None:
            self.begin(self._time_s + (now - self._wall) * self.speed, now)
        self.speed = min(max(factor, self.SLOWEST), self.FASTEST)

    def due(self, time_s: float, now: float) -> float:
        """Return when the frame of ``time_s`` is due, seconds on ``time.monotonic``; the first one is due ``now``."""
        if self._wall is None:
            self.begin(time_s, now)
            return now
        return self._wall + (time_s - self._time_s) / self.speed

    def playing_at(self, now: float) -> float:
        """Return the source time that is due ``now``, seconds."""
        return self._time_s if self._wall is None else self._time_s + (now - self._wall) * self.speed
