"""Nothing leaves the PC: the inference engine must not report its use."""

import subprocess
import sys
from pathlib import Path

WATCH = """
import socket, sys
def refuse(*_):
    raise AssertionError("a connection was tried")
socket.socket.connect = socket.getaddrinfo = refuse
import uiac_desktop.inference.openvino_backend
import uiac_desktop.inference.graph
assert sys.modules["openvino_telemetry"] is None
"""


def test_that_the_engine_sends_nothing_and_leaves_no_trace_in_the_home_folder(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", WATCH], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "intel").exists()
