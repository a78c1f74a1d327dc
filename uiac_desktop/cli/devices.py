"""uiac-desktop devices: the capture devices of this PC by name, without opening them; their sizes on request."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from nas.exit_status import DONE
from uiac_desktop.cli.arguments import parsed
from uiac_desktop.cli.lines import note, warn
from uiac_desktop.errors import SourceError

if TYPE_CHECKING:
    from uiac_desktop.sources.capture.device_list import CaptureDevice


@dataclass(frozen=True, slots=True)
class Options:
    """List the capture devices that are plugged in, without opening them. One opens with --source "device:NAME"."""

    modes: Annotated[bool, tyro.conf.arg(help="also ask each for sizes and rates, which opens it (Linux)")] = False
    json: Annotated[bool, tyro.conf.arg(help="print a JSON list")] = False


def run(words: list[str]) -> int:
    """Print the list; return 0.

    Raises
    ------
    DesktopError
        A word is unknown.
    """
    options = parsed(Options, words, "devices")
    from uiac_desktop.sources.capture.device_list import capture_devices

    told = [_told(device, modes=options.modes) for device in capture_devices()]
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return DONE
    for device in told:
        print(f"{device['name']}  ({device['interface']}, number {device['number']})")
        for mode in device.get("modes", ()):
            rates = ", ".join(f"{rate:g}" for rate in mode["rates"]) or "unknown"
            print(f"    {mode['width']}x{mode['height']} {mode['fourcc']} at {rates} fps")
    if not told:
        note("No capture device is plugged in. The simulated scan needs none: uiac-desktop --demo.")
    return DONE


def _told(device: "CaptureDevice", *, modes: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": device.name,
        "address": f"device:{device.name}",
        "interface": device.interface,
        "number": device.index,
        "usb_2": device.narrow,
    }
    if modes:
        from uiac_desktop.sources.capture.v4l2_modes import capture_modes

        try:
            told["modes"] = [asdict(mode) for mode in capture_modes(device)]
        except SourceError as error:
            warn(f"{error.message} {error.advice}")
            told["modes"] = []
    return told
