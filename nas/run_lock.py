"""The lock of a run folder: a file that names the process that holds it, on this computer or another of a cluster."""

import json
import math
import os
import socket
import time
from pathlib import Path
from typing import Any, Final

from nas.errors import RunError
from nas.process_start import lives, process_start

_WRITING_S: Final = 5.0  # a lock that cannot be read and is younger than this is being written


def take_lock(lock: Path) -> None:
    """Take the lock of the folder in which it lies.

    Raises
    ------
    RunError
        Another process holds it, or it cannot be written.
    """
    folder = lock.parent.name
    for _ in range(2):
        try:
            handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            if is_held(lock):
                raise RunError(f"Another process is working in {folder}.", _advice(lock)) from None
            lock.unlink(missing_ok=True)
            continue
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(_me(), file)
        return
    raise RunError(f"The lock of {folder} cannot be taken.", f"Delete the file named {lock.name} in that folder.")


def is_held(lock: Path) -> bool:
    """Tell whether the process that wrote a lock still runs.

    A lock of another computer counts as held, unless Slurm has started the very job anew that wrote it; one that is not
    there does not.
    """
    try:
        holder = json.loads(lock.read_text(encoding="utf-8"))
        if holder["host"] != socket.gethostname():
            return not _was_requeued(holder)
        return lives(int(holder["pid"]), float(holder["started"]))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError):
        return _age(lock) < _WRITING_S


def _me() -> dict[str, Any]:
    me = {"host": socket.gethostname(), "pid": os.getpid(), "started": process_start(os.getpid())}
    return me | _job()


def _job() -> dict[str, Any]:
    """Return the Slurm job that this process belongs to, and how often it was started anew; nothing outside Slurm."""
    told = os.environ
    if "SLURM_JOB_ID" not in told:
        return {}
    job = f"{told.get('SLURM_CLUSTER_NAME', '')}/{told['SLURM_JOB_ID']}"
    return {"job": job, "restart": int(told.get("SLURM_RESTART_COUNT", "0"))}


def _was_requeued(holder: dict[str, Any]) -> bool:
    """Tell whether this process is of the holder's Slurm job, started anew since, which ended the holder."""
    mine = _job()
    return bool(mine) and holder.get("job") == mine["job"] and int(holder["restart"]) < mine["restart"]


def _advice(lock: Path) -> str:
    stop = "Wait for it, or stop it by putting an empty file named stop into the folder"
    try:
        elsewhere = json.loads(lock.read_text(encoding="utf-8"))["host"] != socket.gethostname()
    except (OSError, ValueError, KeyError, TypeError):
        elsewhere = False
    if elsewhere:
        return f"{stop}. It runs on another computer; where that has ended it, delete the file named {lock.name}."
    return f"{stop}."


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return math.inf
