"""Where a run stands, as tensors and JSON with a checksum, so that a kill at any moment leaves a whole state."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from nas.errors import RunError
from nas.events import Notice
from nas.rundir import RunFolder, disk_errors, write_atomic

BEST: Final = "best"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tensors by name and everything else as plain JSON values."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]


class CheckpointFolder:
    """The checkpoints of a run: NAME.safetensors with NAME.json, which is written last and vouches for it.

    Parameters
    ----------
    path
        The folder; it exists.
    keep
        How many numbered checkpoints stay; `best` stays beside them.
    """

    def __init__(self, path: Path, keep: int = 2) -> None:
        self._path = path
        self._keep = keep

    def save(self, number: int, checkpoint: Checkpoint) -> None:
        """Write the checkpoint of a step; older ones than `keep` go.

        Raises
        ------
        RunError
            A weight is not a number, or the disk is full; what was saved before stays.
        """
        self._write(f"{number:09d}", checkpoint)
        for name in self._numbered()[: -self._keep]:
            self._remove(name)

    def save_best(self, checkpoint: Checkpoint) -> None:
        """Write the best weights so far; errors as in `save`."""
        self._write(BEST, checkpoint)

    def keep_best(self) -> None:
        """Remove all but the best weights, once a run is over and will not be gone on with."""
        for name in self._numbered():
            self._remove(name)

    def newest(self) -> tuple[Checkpoint | None, list[str]]:
        """Return the newest whole checkpoint, and the names of newer ones that are damaged."""
        damaged: list[str] = []
        for name in reversed(self._numbered()):
            checkpoint = self._read(name)
            if checkpoint is not None:
                return checkpoint, damaged
            damaged.append(name)
        return None, damaged

    def best(self) -> Checkpoint | None:
        """Return the best weights, or None where there are none or they are damaged."""
        return self._read(BEST)

    def _write(self, name: str, checkpoint: Checkpoint) -> None:
        for key, tensor in checkpoint.tensors.items():
            if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                raise RunError(
                    f"A weight is no longer a number ({key}), so this state is not saved.",
                    "Start a new run with a lower learning rate; one that goes on keeps its own.",
                )
        content = save({key: tensor.detach().cpu().contiguous() for key, tensor in checkpoint.tensors.items()})
        about = {"weights": _digest(content), "state": checkpoint.state}
        with disk_errors():
            write_atomic(self._weights(name), content)
            write_atomic(self._about(name), json.dumps(about).encode())

    def _read(self, name: str) -> Checkpoint | None:
        try:
            about = json.loads(self._about(name).read_text(encoding="utf-8"))
            content = self._weights(name).read_bytes()
            if about["weights"] != _digest(content):
                return None
            return Checkpoint(load(content), about["state"])
        except (OSError, ValueError, KeyError, TypeError, SafetensorError):
            return None

    def _numbered(self) -> list[str]:
        names = {path.stem for path in self._path.glob("*.json")} | {
            path.stem for path in self._path.glob("*.safetensors")
        }
        return sorted(name for name in names if name.isdigit())

    def _remove(self, name: str) -> None:
        self._about(name).unlink(missing_ok=True)
        self._weights(name).unlink(missing_ok=True)

    def _weights(self, name: str) -> Path:
        return self._path / f"{name}.safetensors"

    def _about(self, name: str) -> Path:
        return self._path / f"{name}.json"


def newest_checkpoint(run: RunFolder) -> tuple[Checkpoint | None, list[Notice]]:
    """Return the checkpoint that a run goes on from, None for the start, and what to say of damaged ones."""
    if not run.resume:
        return None, []
    checkpoint, damaged = CheckpointFolder(run.checkpoints).newest()
    where = "from the one before" if checkpoint is not None else "from the start"
    message = f"Damaged checkpoints are passed over ({len(damaged)}); the run goes on {where}."
    return checkpoint, [Notice(level="warning", message=message)] if damaged else []


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
