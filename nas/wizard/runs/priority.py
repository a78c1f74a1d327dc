"""Sets a process of ours back behind what answers a person, so that a live scan keeps pace beside it."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import psutil

LONG: Final = 19
"""A run of hours: it takes what nothing else in the program wants."""
SHORT: Final = 10
"""A job that somebody waits for: on a processor that is wanted by all, a tenth, so that it ends."""


def set_back(pid: int, by: int) -> None:
    """Give a process a low priority; what it starts from now on has it, too. One that has ended is passed over.

    On Linux each of its threads is set back and marked as work in batches, which is put off for what answers a person.
    Many Linux systems share the processor among sessions first, and weigh priorities only within one: a process that
    leads a session of its own is set back as a whole, too. A tenth of a processor is left to it against those of other
    programs, which are not known to be more urgent; the live scan beside it was as on an idle PC.

    Parameters
    ----------
    pid
        Number of the process.
    by
        `LONG` or `SHORT`.
    """
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        elif sys.platform == "linux":
            by = max(by, process.nice())
            for thread in process.threads():
                os.setpriority(os.PRIO_PROCESS, thread.id, by)
                os.sched_setscheduler(thread.id, os.SCHED_BATCH, os.sched_param(0))
            if os.getsid(pid) == pid:
                Path(f"/proc/{pid}/autogroup").write_text(str(SHORT), encoding="ascii")
        else:
            process.nice(by)
