"""The pages of the wizard as one table; a page is one entry."""

from typing import Final

from nas.wizard.data.page import DataPage
from nas.wizard.data.split_page import SplitPage
from nas.wizard.page import Page
from nas.wizard.result.page import ResultPage
from nas.wizard.result.use_page import UsePage
from nas.wizard.runs.page import RunsPage
from nas.wizard.search.page import SearchPage
from nas.wizard.search.searching_page import SearchingPage
from nas.wizard.train.page import TrainPage

PAGES: Final[tuple[type[Page], ...]] = (
    DataPage,
    SplitPage,
    SearchPage,
    SearchingPage,
    TrainPage,
    ResultPage,
    UsePage,
    RunsPage,
)
