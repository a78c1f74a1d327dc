"""The way of a person through Learn, from its first page to the trained model at work in Scan, step by step."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from nas.wizard.result.evaluating import EVALUATE
from nas.wizard.result.page import ResultPage
from nas.wizard.state import WizardState
from nas.wizard.wizard import Wizard
from tests.e2e.hand import Hand
from uiac_desktop.ui.main_window import MainWindow

Holds = Callable[[], bool]
KNOWN: Final = ("uiac", "darts_v1", "darts_v2")


class WizardWay:
    """What is clicked and typed, and what the window must show before the next.

    Parameters
    ----------
    window
        The program's window with its first page in view.
    hand
        Does what a person would do.
    blocks
        Preset of the search, or known blocks in its place.
    data
        Folder to be typed; a simulated set is asked for where None. One woman's frames are split by clip.
    shown
        Called with the name of each state worth a picture.
    """

    def __init__(
        self, window: MainWindow, hand: Hand, blocks: str, data: Path | None, shown: Callable[[str], None]
    ) -> None:
        self._window, self._hand, self._blocks, self._data, self._shown = window, hand, blocks, data, shown
        self.begun = time.monotonic()
        self.macro_f1 = 0.0
        self.model = Path()

    def steps(self) -> Iterator[Holds]:
        """Yield, after each deed, what must hold before the next one."""
        yield from self._to_blocks()
        if self._blocks not in KNOWN:
            yield from self._through_search()
        yield from self._through_training()
        yield from self._to_scan()

    def _to_blocks(self) -> Iterator[Holds]:
        hand = self._hand
        hand.press("F4")
        yield lambda: hand.find("simulated_data") is not None
        self.begun = time.monotonic()
        if self._data is None:
            hand.click("simulated_data")
        else:
            hand.click("data_path")
            hand.write(str(self._data))
            hand.press("Return")
        yield lambda: self._state.data.usable and hand.find("learn_next") is not None
        self._shown("1-data")
        hand.click("learn_next")
        yield lambda: self._state.step == "split"
        self._shown("2-split")
        if self._has_several_women():
            hand.press("Return")
        else:
            hand.click("split_clip")
            hand.click("learn_next")
        yield lambda: self._state.step == "search"
        hand.click(f"blocks_{self._blocks}")
        yield lambda: self._state.search_preset == self._blocks or self._state.genotype.name == self._blocks
        self._shown("3-search")
        hand.click("learn_next")

    def _through_search(self) -> Iterator[Holds]:
        yield lambda: self._state.search_run is not None and len(self._state.search_run.story.searched) > 1
        self._shown("4-searching")
        yield lambda: self._hand.find("to_train") is not None
        self._shown("4-found")
        self._hand.click("to_train")

    def _through_training(self) -> Iterator[Holds]:
        hand = self._hand
        yield lambda: self._state.step == "train" and hand.find("train_preset_quick") is not None
        hand.click("train_preset_quick")
        yield lambda: hand.find("learn_next") is not None
        self._shown("5-train")
        hand.click("learn_next")
        yield lambda: self._state.train_run is not None and len(self._state.train_run.story.trained) > 1
        self._shown("5-training")
        yield lambda: hand.find("to_result") is not None
        self._shown("5-trained")
        hand.click("to_result")
        yield self._is_judged
        self._shown("6-result")
        hand.click("learn_next")
        yield lambda: hand.find("use_in_scan") is not None

    def _to_scan(self) -> Iterator[Holds]:
        hand = self._hand
        self._shown("7-use")
        hand.click("use_in_scan")
        yield lambda: self._window.settings.model is not None
        hand.press("F1")
        yield lambda: hand.find("welcome_simulated") is not None
        hand.press("s")
        yield lambda: self._window.control.state().map.values is not None
        self._shown("8-scan")

    def _has_several_women(self) -> bool:
        images = self._state.data.images
        return images is not None and len(images.subjects) > 1

    def _is_judged(self) -> bool:
        page, run = self._wizard.page, self._state.train_run
        if not isinstance(page, ResultPage) or page.result is None or not page.result.predictions or run is None:
            return False
        task = self._state.task(EVALUATE)
        if task is not None and task.running:
            return False
        self.macro_f1, self.model = page.result.figures.macro_f1, run.folder / "model"
        return True

    @property
    def _wizard(self) -> Wizard:
        found = self._window.findChild(Wizard)
        if found is None:
            raise LookupError("the window has no wizard")
        return found

    @property
    def _state(self) -> WizardState:
        return self._wizard.state
