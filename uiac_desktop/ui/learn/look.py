"""The program's look as the wizard takes it, since the wizard knows nothing of the program around it."""

from PySide6.QtGui import QIcon

from nas.wizard.look.record import Look, OperationInk, PlaneInk
from uiac_desktop.ui.actions import Actions
from uiac_desktop.ui.look.fonts import font
from uiac_desktop.ui.look.icons import icon
from uiac_desktop.ui.look.ink import fill_plane
from uiac_desktop.ui.look.theme import theme, tokens


def learn_look(actions: Actions, compact: bool) -> Look:
    """Return the look of the wizard in the theme that is worn; two of one theme and size are equal."""
    return Look(
        name=theme().name,
        colour=_colour,
        plane=_plane,
        fill_plane=fill_plane,
        operations={name: _operation(name) for name in tokens()["op"]},
        font=font,
        icon=_icon,
        key=actions.key_text,
        compact=compact,
    )


def _colour(token: str) -> str:
    return theme().colour(token).name()


def _plane(code: str) -> PlaneInk:
    return PlaneInk(theme().plane(code).name(), theme().on_plane(code).name())


def _icon(name: str, token: str) -> QIcon:
    return icon(name, token)


def _operation(name: str) -> OperationInk:
    style = tokens()["op_style"].get(name, {"width": 0, "dash": []})
    dash = tuple(float(part) for part in style["dash"])
    return OperationInk(tokens()["op"][name], float(style["width"]), dash, tokens()["op_label"][name])
