"""Whether this PC has an NVIDIA card, asked of its driver, since importing torch to ask takes seconds."""

import ctypes
import sys
from typing import Final

_LIBRARIES: Final = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}
_SUCCESS: Final = 0


def nvidia_cards() -> int:
    """Return how many NVIDIA cards the driver offers; 0 where there is no driver, no card, or none that is visible."""
    name = _LIBRARIES.get(sys.platform)
    if name is None:
        return 0
    try:
        driver = ctypes.CDLL(name)
        count = ctypes.c_int(0)
        if driver.cuInit(0) != _SUCCESS or driver.cuDeviceGetCount(ctypes.byref(count)) != _SUCCESS:
            return 0
    except (OSError, AttributeError):
        return 0
    return count.value
