"""The report of an exam as one HTML file that holds its pictures, so that it can be moved and opened anywhere."""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from nas.rundir import write_atomic
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.report import CERTAINTY, NOTICE, ExamReport, moment
from uiac_desktop.exam.store_errors import in_the_user_s_words
from uiac_desktop.frame import Pixels
from uiac_desktop.paths import resource


def html_of(report: ExamReport) -> str:
    """Return the report as one HTML page with its pictures inside; what people typed is written as text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource("report")), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["picture"] = _as_address
    template = environment.get_template("report.html.j2")
    return template.render(report=report, notice=NOTICE, certainty=CERTAINTY, made=moment(report.made_at))


def write_html(report: ExamReport, path: Path) -> None:
    """Write the report as HTML, whole or not at all.

    Raises
    ------
    StoreError
        It cannot be written there.
    """
    write_report_file(path, html_of(report).encode("utf-8"))


def write_report_file(path: Path, content: bytes) -> None:
    """Write a report, whole or not at all.

    Raises
    ------
    StoreError
        It cannot be written there.
    """
    try:
        with in_the_user_s_words():
            write_atomic(path, content)
    except StoreError as error:
        raise StoreError("The report cannot be written there.", f"{error.message} Choose another folder.") from error


def png_of(pixels: Pixels) -> bytes:
    """Return a picture as PNG."""
    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(content, "PNG")
    return content.getvalue()


def _as_address(pixels: Pixels) -> str:
    return f"data:image/png;base64,{base64.b64encode(png_of(pixels)).decode('ascii')}"
