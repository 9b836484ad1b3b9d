"""The service's clock, which a demonstration or a test may move: dates "in the future" are compared with it."""

import datetime as dt
from pathlib import Path


class Clock:
    """The machine's time, plus an offset, plus what the clock file says; or one fixed instant.

    The file holds the seconds the clock is ahead, as the portal's own ``CLOCK_FILE`` does, so one write moves both.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.fixed: dt.datetime | None = None
        self.offset = dt.timedelta()
        self._file = file

    def now(self) -> dt.datetime:
        """The instant, aware, in UTC. Raises ``ValueError`` where the clock file holds no number."""
        if self.fixed is not None:
            return self.fixed
        return dt.datetime.now(dt.UTC) + self.offset + self._from_file()

    def _from_file(self) -> dt.timedelta:
        if self._file is None or not self._file.exists():
            return dt.timedelta()
        return dt.timedelta(seconds=float(self._file.read_text(encoding="ascii")))
