"""Which NVIDIA cards this PC has and runs can use, asked of the driver, since importing torch to ask takes seconds."""

import ctypes
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_LIBRARIES: Final = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}
_SUCCESS: Final = 0
_A_MAJOR: Final = 1000  # the driver tells CUDA 12.4 as 12040
_BUILT_FOR: Final = re.compile(r"^cuda\b[^=\n]*= '(\d+)\.", re.MULTILINE)


def nvidia_cards() -> int:
    """Return how many NVIDIA cards the driver offers; 0 where there is no driver, no card, or none that is visible."""
    return _asked()[0]


def usable_cards() -> int:
    """Return how many of them a run computes on: none where torch was built without CUDA, or for a later driver."""
    cards, driver = _asked()
    wanted = torch_cuda()
    return cards if wanted is not None and wanted <= driver else 0


def torch_cuda() -> int | None:
    """Return the CUDA that the installed torch was built for (12 for 12.4); None for a build without, or no torch."""
    torch = find_spec("torch")
    if torch is None or torch.origin is None:
        return None
    try:
        said = _BUILT_FOR.search((Path(torch.origin).parent / "version.py").read_text(encoding="utf-8"))
    except OSError:
        return None
    return int(said[1]) if said is not None else None


def _asked() -> tuple[int, int]:
    """Return how many cards the driver offers, and the CUDA that it knows."""
    name = _LIBRARIES.get(sys.platform)
    if name is None:
        return 0, 0
    try:
        driver = ctypes.CDLL(name)
        count, version = ctypes.c_int(0), ctypes.c_int(0)
        if driver.cuInit(0) != _SUCCESS or driver.cuDeviceGetCount(ctypes.byref(count)) != _SUCCESS:
            return 0, 0
        driver.cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return 0, 0
    return count.value, version.value // _A_MAJOR
