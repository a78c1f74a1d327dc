"""Joins the OpenIGTLink server to its command and its settings."""

from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.link.control import LinkControl
from uiac_desktop.ui.settings.page import SettingsPage


def wire_link(actions: Actions, link: LinkControl, page: SettingsPage) -> None:
    """Say who turns the server on and off, and who shows whether it is on."""

    def show() -> None:
        page.network.show_state(link.on, link.text)

    actions.take("link", link.toggle)
    page.network.switched.connect(link.switch)
    page.changed.connect(link.apply)
    link.changed.connect(show)
    show()
