"""A scanner on the network, for tests and for hands: the simulated examination on a screen with an invented name.

``python -m tests.e2e.scanner_stream [SEED]`` plays the whole examination again and again as MJPEG on loopback.
"""

import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count

import cv2
import numpy as np

from tests.uiac_desktop.sources.served import served
from uiac_desktop.phantom.scan import SimulatedScan

FPS = 20.0
SIZE = (960, 600)
CORNER = (160, 80)
NAME = "MUSTERFRAU ERIKA  PID-778812"
_HEIGHT = 480
_HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"


def screens(seed: int, planes: Sequence[str] = ()) -> list[bytes]:
    """Return the scanner's screens as JPEG, in the order of the examination.

    Parameters
    ----------
    planes
        Only the parts that show these planes; none means the whole way through all planes.
    """
    scan = SimulatedScan(seed, _HEIGHT, FPS)
    shown = range(scan.sweep_frames)
    return [_screen(scan.render(number)[0]) for number in shown if not planes or scan.truth(number).plane in planes]


def _screen(picture: np.ndarray) -> bytes:
    screen = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    x, y = CORNER
    screen[y : y + picture.shape[0], x : x + picture.shape[1]] = picture[..., ::-1]
    cv2.putText(screen, NAME, (16, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (235, 235, 235), 2, cv2.LINE_AA)
    return bytes(cv2.imencode(".jpg", screen, [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def player(coded: Sequence[bytes]) -> Callable[[socket.socket], None]:
    """Return what answers a connection: the screens at their rate, again and again, the clock's one each time."""

    def answer(line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(_HEAD)
        begun = time.monotonic()
        for number in count():
            threading.Event().wait(max(begun + number / FPS - time.monotonic(), 0.0))
            one = coded[int((time.monotonic() - begun) * FPS) % len(coded)]
            line.sendall(
                b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(one) + one + b"\r\n"
            )

    return answer


if __name__ == "__main__":
    with served(player(screens(int(sys.argv[1]) if len(sys.argv) > 1 else 2))) as port:
        print(f"http://127.0.0.1:{port}/", flush=True)
        threading.Event().wait()
