"""The OpenIGTLink server, with pyigtl's own client at the other end: plane, certainty and map arrive and lie right."""

import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pyigtl
import pytest

from nas.preprocess import PreprocessSpec
from tests.patience import PATIENCE_S
from uiac_desktop.frame import Frame, Prediction, Result
from uiac_desktop.session.link.labels import ABOUT_DEVICE, MAP_DEVICE, PLANE_DEVICE
from uiac_desktop.session.link.server import LinkServer, LinkServerError

SPEC = PreprocessSpec(size=64)


def _result(plane: str = "FCH", certainty: float = 0.973, maps: bool = True) -> Result:
    frame = Frame(np.tile(np.arange(160, dtype=np.uint8), (120, 1)), 5, 0.2, time.monotonic())
    values = np.zeros((2, 8, 8) if maps else (2, 0, 0), np.float32)
    if maps:
        values[1, 2, 6] = 5.0
    chances = np.array([1 - certainty, certainty], np.float32)
    return Result(frame, Prediction(("ACS", "FCH"), chances, values, plane, certainty), time.monotonic())


@pytest.fixture
def server() -> Iterator[LinkServer]:
    server = LinkServer()
    server.start()
    yield server
    assert server.stop()


@pytest.fixture
def client(server: LinkServer) -> Iterator[pyigtl.OpenIGTLinkClient]:
    client = pyigtl.OpenIGTLinkClient("127.0.0.1", server.port)
    assert client.wait_for_message(ABOUT_DEVICE, timeout=PATIENCE_S).string.endswith("Not for diagnosis.")
    yield client
    client.stop()
    client._client_thread.join()


def test_that_the_plane_and_its_certainty_come_as_text(server: LinkServer, client: pyigtl.OpenIGTLinkClient) -> None:
    before = time.time()
    server.send(_result(), SPEC)
    message = client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S)
    assert message.string == "FCH 0.973"
    assert before - 1 < message.timestamp < time.time() + 1


def test_that_the_map_covers_the_frame_and_is_hot_where_it_should_be(
    server: LinkServer, client: pyigtl.OpenIGTLinkClient
) -> None:
    server.send(_result(), SPEC)
    message = client.wait_for_message(MAP_DEVICE, timeout=PATIENCE_S)
    shown, matrix = message.image[0], message.ijk_to_world_matrix
    assert shown.shape == (96, 128)
    first = matrix @ np.array([-0.5, -0.5, 0, 1])
    last = matrix @ np.array([127.5, 95.5, 0, 1])
    np.testing.assert_allclose(first[:2], (-0.5, -0.5), atol=1e-4)
    np.testing.assert_allclose(last[:2], (159.5, 119.5), atol=1e-4)
    row, column = np.unravel_index(shown.argmax(), shown.shape)
    x, y, *_ = matrix @ np.array([column, row, 0, 1])
    # Cell (2, 6) of 8 x 8 over the square that holds the frame: 160 x 160, 20 rows above the frame.
    assert abs(x - 6.5 * 20) < 12
    assert abs(y - (2.5 * 20 - 20)) < 12


def test_that_without_a_plane_the_map_is_black(server: LinkServer, client: pyigtl.OpenIGTLinkClient) -> None:
    server.send(_result("none", 0.31), SPEC)
    assert client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S).string == "none 0.310"
    assert not client.wait_for_message(MAP_DEVICE, timeout=PATIENCE_S).image.any()


def test_that_a_model_without_maps_sends_text_alone(server: LinkServer, client: pyigtl.OpenIGTLinkClient) -> None:
    server.send(_result(maps=False), SPEC)
    assert client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S) is not None
    server.send(_result("ACS", 0.5, maps=False), SPEC)
    assert client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S).string == "ACS 0.500"
    assert client.wait_for_message(MAP_DEVICE, timeout=0) is None


def test_that_a_code_outside_ascii_does_not_stop_the_server(
    server: LinkServer, client: pyigtl.OpenIGTLinkClient
) -> None:
    result = _result(maps=False)
    assert result.prediction is not None
    named = Prediction(("ACS", "四"), result.prediction.probabilities, result.prediction.maps, "四", 0.9)
    server.send(Result(result.frame, named, 0.0), SPEC)
    assert client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S).string == "? 0.900"


def test_that_a_client_that_reads_nothing_holds_up_nobody(server: LinkServer, client: pyigtl.OpenIGTLinkClient) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as lazy:
        assert lazy.recv(1)
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for number in range(400):
            server.send(_result("FCH", number / 400), SPEC)
        server.send(_result("ACS", 0.25), SPEC)
        while client.wait_for_message(PLANE_DEVICE, timeout=PATIENCE_S).string != "ACS 0.250":
            pass


def test_that_a_port_in_use_is_said(server: LinkServer) -> None:
    with pytest.raises(LinkServerError, match=f"Port {server.port} is in use") as error:
        LinkServer(port=server.port).start()
    assert "another port" in error.value.advice


def test_that_an_address_of_another_computer_is_said() -> None:
    with pytest.raises(LinkServerError, match="no address of this PC"):
        LinkServer("192.0.2.1").start()


def test_that_it_listens_on_this_pc_alone_unless_told_otherwise(server: LinkServer) -> None:
    assert server._listener is not None
    assert server._listener.getsockname()[0] == "127.0.0.1"


def test_that_stopping_closes_connections_and_thread() -> None:
    server = LinkServer()
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(PATIENCE_S)
        assert client.recv(1)
        assert server.stop()
        while client.recv(4096):
            pass
    assert "igtl-server" not in [thread.name for thread in threading.enumerate()]
    server.send(_result(), SPEC)
