"""OpenVINO without its telemetry package, which would report each import to a server: nothing leaves this PC."""

import sys
from typing import Any, cast

cast("dict[str, Any]", sys.modules)["openvino_telemetry"] = None

import openvino as ov  # noqa: E402 - after the line that keeps it silent
from openvino import opset13 as ops  # noqa: E402

__all__ = ["ops", "ov"]
