"""Pictures from an OpenIGTLink sender such as PLUS or 3D Slicer, the newest alone, across every loss of the line."""

from dataclasses import replace
from typing import Final

from typing_extensions import override

from uiac_desktop.frame import Frame
from uiac_desktop.sources.igtl.address import LinkAddress
from uiac_desktop.sources.igtl.feed import LinkFeed
from uiac_desktop.sources.notices import Notices
from uiac_desktop.sources.privacy.setting import Privacy
from uiac_desktop.sources.reconnecting import ReconnectingSource

KIND: Final = "igtl"
_UNNAMED: Final = "OpenIGTLink"


class OpenIgtLinkSource(ReconnectingSource):
    """One device's pictures; ``info.choices`` grows with the devices that the sender turns out to have.

    Parameters
    ----------
    address
        Host, port, and the device's name; without a name the first device that sends a picture is taken, and stays.
    setting
        Crop and masks.
    """

    def __init__(self, address: LinkAddress, setting: Privacy = None) -> None:
        self._address = address
        self._devices: list[str] = []
        self._passed_over: Final = Notices("Pictures came damaged over the network")
        super().__init__(address.device or _UNNAMED, KIND, self._feed, setting)

    @override
    def begin(self) -> None:
        """Wait for the first picture; without a name in the address, its device is the one from here on."""
        super().begin()
        if not self._address.device and self._devices:
            self._address = replace(self._address, device=self._devices[0])
        self._list_devices()

    @override
    def read(self) -> Frame | None:
        """Wait for the newest picture, as `ReconnectingSource.read`."""
        frame = super().read()
        self._list_devices()
        return frame

    def _feed(self) -> LinkFeed:
        return LinkFeed(self._address, self._devices, self._passed_over)

    def _list_devices(self) -> None:
        devices = tuple(self._devices)
        if devices != self.info.choices and self._address.device:
            self.info = replace(self.info, name=self._address.device, choices=devices)
