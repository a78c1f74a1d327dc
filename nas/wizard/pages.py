"""The pages of the wizard as one table; a page is one entry."""

from typing import Final

from nas.wizard.data_page import DataPage
from nas.wizard.page import Page
from nas.wizard.result_page import ResultPage
from nas.wizard.runs_page import RunsPage
from nas.wizard.search_page import SearchPage
from nas.wizard.searching_page import SearchingPage
from nas.wizard.split_page import SplitPage
from nas.wizard.train_page import TrainPage
from nas.wizard.use_page import UsePage

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
