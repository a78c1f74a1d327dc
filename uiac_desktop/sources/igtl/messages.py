"""OpenIGTLink messages off a socket, each whole and with its checksum right or not at all, since half a picture lies.

The messages' contents are read by pyigtl. Its client is not used: it drops what it had of a header when the line is
slow, takes a cut line for a quiet one, and does not look at checksums.
"""

import socket
import struct
import time
from dataclasses import dataclass
from typing import Final, Literal

from pyigtl.messages import CRC64, ImageMessage, MessageBase

IMAGE: Final = "IMAGE"
_HEADER: Final = MessageBase.IGTL_HEADER_SIZE
_CHECKSUM: Final = slice(_HEADER - 8, _HEADER)
_LARGEST_BODY: Final = 2**28
_NEWEST_VERSION: Final = 3
_PIECE: Final = 2**16


class LinkCutError(Exception):
    """The other end has closed the connection, or the line is gone."""


class NotALinkError(Exception):
    """What came is no OpenIGTLink message, so nothing after it can be read either."""


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """One whole message.

    Attributes
    ----------
    kind
        Type of the message, such as ``IMAGE`` or ``TRANSFORM``.
    device
        Name that the sender gave it.
    header, body
        As they came; the body of a message that is no picture is empty, since nothing reads it.
    """

    kind: str
    device: str
    header: bytes
    body: bytes

    def picture(self) -> ImageMessage | Literal["damaged"]:
        """Return the picture in it, or ``damaged`` where its checksum is wrong or its content makes no picture."""
        if int(CRC64(self.body)) != int.from_bytes(self.header[_CHECKSUM], "big"):
            return "damaged"
        message = ImageMessage()
        try:
            message.unpack(MessageBase.parse_header(self.header), self.body)
        except (ValueError, KeyError, IndexError, TypeError, NotImplementedError, struct.error):
            return "damaged"
        return message


class MessageReader:
    """Reads one connection; what has come of a message is kept from call to call.

    Parameters
    ----------
    connection
        An open TCP connection; stays the caller's.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection: Final = connection
        self._header = bytearray()
        self._body = bytearray()
        self._missing: int | None = None
        self._kind = self._device = ""

    def take(self, until: float) -> Received | None:
        """Return the next whole message, or None where it has not come by ``until`` (seconds on ``time.monotonic``).

        A time that has passed takes only what is there already.

        Raises
        ------
        LinkCutError
            The connection was closed, in the middle of a message or between two.
        NotALinkError
            What came is no OpenIGTLink.
        """
        while self._missing is None:
            piece = self._piece(_HEADER - len(self._header), until)
            if piece is None:
                return None
            self._header += piece
            if len(self._header) == _HEADER:
                self._begin_body()
        while self._missing:
            piece = self._piece(min(self._missing, _PIECE), until)
            if piece is None:
                return None
            self._missing -= len(piece)
            if self._kind == IMAGE:
                self._body += piece
        whole = Received(self._kind, self._device, bytes(self._header), bytes(self._body))
        self._header, self._body, self._missing = bytearray(), bytearray(), None
        return whole

    def _begin_body(self) -> None:
        version = int.from_bytes(self._header[:2], "big")
        try:
            fields = MessageBase.parse_header(bytes(self._header))
        except UnicodeDecodeError as error:
            raise NotALinkError from error
        if not 1 <= version <= _NEWEST_VERSION or fields["body_size"] > _LARGEST_BODY:
            raise NotALinkError
        self._kind, self._device = str(fields["message_type"]), str(fields["device_name"])
        self._missing = int(fields["body_size"])

    def _piece(self, most: int, until: float) -> bytes | None:
        """Return some bytes, at most so many; None where none came in time."""
        self._connection.settimeout(max(until - time.monotonic(), 0.0))
        try:
            piece = self._connection.recv(most)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            raise LinkCutError from error
        if not piece:
            raise LinkCutError
        return piece
