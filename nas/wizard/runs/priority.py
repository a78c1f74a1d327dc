"""Sets a process of ours behind everything else that wants the processor, so that a live scan keeps pace beside it."""

import contextlib
import os
import sys
from typing import Final

import psutil

_LOWEST: Final = 19


def set_back(pid: int) -> None:
    """Give a process the lowest priority; what it starts from now on has it, too. One that has ended is passed over.

    On Linux each of its threads is set back and marked as work in batches, which is put off for what answers a person.
    """
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        elif sys.platform == "linux":
            for thread in process.threads():
                os.setpriority(os.PRIO_PROCESS, thread.id, _LOWEST)
                os.sched_setscheduler(thread.id, os.SCHED_BATCH, os.sched_param(0))
        else:
            process.nice(_LOWEST)
