"""Tells the Scan room which model will answer, before a session has loaded it."""

from pathlib import Path

from nas.errors import NasError
from uiac_desktop import paths
from uiac_desktop.errors import DesktopError
from uiac_desktop.inference.foreign_config import is_calibrated, read_model_config
from uiac_desktop.ui.chips import ModelCard
from uiac_desktop.ui.scan.presenter import ScanPresenter


def introduce(presenter: ScanPresenter, folder: Path | None) -> None:
    """Tell what a model (None: the shipped one) says of itself; one that cannot be read says so when it is loaded."""
    try:
        config = read_model_config(folder or paths.demo_model())
    except (NasError, DesktopError):
        return
    card = ModelCard(config.name, config.simulated_only, is_calibrated(config))
    presenter.expect_model(card, config.classes)
    presenter.use_spec(config.preprocess)
