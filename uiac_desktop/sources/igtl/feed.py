"""One connection to an OpenIGTLink sender: the whole pictures of one device, everything else passed over."""

import contextlib
import socket
import time
from typing import ClassVar, Final

from typing_extensions import override

from uiac_desktop.errors import SourceError
from uiac_desktop.frame import Pixels
from uiac_desktop.sources.feed import Feed
from uiac_desktop.sources.igtl.address import LinkAddress
from uiac_desktop.sources.igtl.messages import IMAGE, LinkCutError, MessageReader, NotALinkError, Received
from uiac_desktop.sources.igtl.picture import Brightness, upright
from uiac_desktop.sources.notices import Notices

_UNUSABLE_S: Final = 2.5
_CONNECT_S: Final = 2.5
_LOOK_S: Final = 0.25


class LinkFeed(Feed):
    """The pictures of one device of a sender.

    Parameters
    ----------
    address
        Where; without a device's name the first device that sends a picture is taken.
    devices
        Names of the devices that have sent pictures so far, in the order of coming; is added to.
    notices
        Where it is told what was passed over.
    """

    fault: ClassVar[str] = "Check that the other program is sending, and the network between."
    first_picture_s: ClassVar[float] = 6.0
    again_s: ClassVar[float] = 3.0

    def __init__(self, address: LinkAddress, devices: list[str], notices: Notices) -> None:
        self._address: Final = address
        self._devices: Final = devices
        self._notices: Final = notices
        self._other_kinds: list[str] = []
        self._brightness: Final = Brightness()
        self._connection: socket.socket | None = None
        self._reader: MessageReader | None = None
        self._device = address.device
        self._usable_at = 0.0
        self._damaged = 0
        self._had_one = False
        self._interrupted = False

    @override
    def open(self) -> None:
        """Connect.

        Raises
        ------
        SourceError
            Nothing answers there.
        """
        self._connection = connected(self._address)
        self._reader = MessageReader(self._connection)
        self._usable_at = time.monotonic()

    @override
    def next(self) -> Pixels | None:
        """Wait for the next whole picture of the device; None once interrupted.

        Raises
        ------
        SourceError
            The line was cut, what comes is no OpenIGTLink, or the device sends nothing that can be shown.
        """
        while not self._interrupted:
            received = self._received()
            if received is None:
                self._give_up_on_no_use()
                continue
            if received.kind != IMAGE:
                _note(self._other_kinds, received.kind)
            else:
                _note(self._devices, received.device)
                self._device = self._device or received.device
                if received.device == self._device and (pixels := self._pixels(received)) is not None:
                    self._usable_at, self._damaged, self._had_one = time.monotonic(), 0, True
                    return pixels
            self._give_up_on_no_use()
        return None

    @override
    def close(self) -> None:
        """Let go of the line."""
        if self._connection is not None:
            self._connection.close()

    @override
    def interrupt(self) -> None:
        """From any thread: make `next` come back at once."""
        self._interrupted = True
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    @property
    @override
    def notes(self) -> tuple[str, ...]:
        """What was passed over, on this connection and those before."""
        return self._notices.lines

    def _received(self) -> Received | None:
        if self._reader is None:
            raise SourceError(f"{self._name} is not connected.", self.fault)
        try:
            return self._reader.take(time.monotonic() + _LOOK_S)
        except LinkCutError as error:
            if self._interrupted:
                return None
            raise SourceError(f"The line to {self._name} was cut.", self.fault) from error
        except NotALinkError as error:
            raise SourceError(
                f"What {self._address.text} sends is not OpenIGTLink.", "Check the host and the port."
            ) from error

    def _pixels(self, received: Received) -> Pixels | None:
        picture = received.picture()
        if picture == "damaged":
            self._damaged += 1
            self._notices.lose()
            return None
        pixels = upright(picture, self._brightness)
        if pixels is None:
            self._notices.tell(f"{received.device} sends volumes or colours that are no picture; they are passed over.")
        return pixels

    def _give_up_on_no_use(self) -> None:
        """Raise an error where something comes, for some seconds, but nothing that can be shown."""
        if self._interrupted or time.monotonic() - self._usable_at < _UNUSABLE_S:
            return
        if self._damaged:
            raise SourceError(f"{self._name} has sent only damaged pictures for {_UNUSABLE_S:g} s.", self.fault)
        something_comes = self._devices or self._other_kinds
        if something_comes and not self._had_one and self._device not in self._devices:
            self._refuse_missing_device()

    def _refuse_missing_device(self) -> None:
        if not self._devices:
            raise _no_pictures(self._address.text, self._other_kinds)
        listed, first = ", ".join(self._devices), self._address.of_device(self._devices[0])
        raise SourceError(
            f"{self._address.text} sends no pictures of {self._device}.",
            f"It sends pictures of {listed}: open one of these, for example {first}.",
        )

    @property
    def _name(self) -> str:
        return self._device or self._address.text


def connected(address: LinkAddress) -> socket.socket:
    """Return an open connection.

    Raises
    ------
    SourceError
        The host is unknown, cannot be reached, or nothing listens at the port.
    """
    try:
        return socket.create_connection((address.host, address.port), timeout=_CONNECT_S)
    except ConnectionRefusedError as error:
        raise SourceError(
            f"Nothing answers at {address.text}.", "Start the other program's OpenIGTLink server, or check the port."
        ) from error
    except socket.gaierror as error:
        raise SourceError(
            f"There is no computer named {address.host}.", "Check the name or give its number."
        ) from error
    except (OSError, UnicodeError) as error:
        raise SourceError(f"{address.text} cannot be reached.", "Check the network and the firewall.") from error


def _no_pictures(where: str, kinds: list[str]) -> SourceError:
    listed = ", ".join(kinds[:4])
    return SourceError(
        f"{where} sends no pictures, only {listed}.",
        "Let the other program send pictures as uncompressed IMAGE messages.",
    )


def _note(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
