"""Every command as data: word, key, icon, help line; buttons, shortcuts and the list of keys are all made from this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Where: TypeAlias = Literal["all", "scan"]


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can have done.

    Attributes
    ----------
    id
        Name in settings and code.
    word
        On buttons and in lists.
    key
        Default key in Qt's portable text, empty for none.
    where
        The room in which the key acts, ``scan`` for example; ``all``: always.
    icon
        Name of its icon, or empty.
    help
        One sentence for tooltips and the list of keys.
    repeats
        Whether a held key goes on giving the command; else it counts once.
    """

    id: str
    word: str
    key: str
    where: Where
    icon: str
    help: str
    repeats: bool = False


COMMANDS: Final[tuple[Command, ...]] = (
    Command("freeze", "Freeze", "Space", "scan", "freeze", "Freezes the picture, and lets it go on again."),
    Command("map", "Map", "C", "scan", "map", "Map beside the image, over it, or off, in turn."),
    Command("open", "Open", "O", "scan", "file", "Opens a video, a DICOM file or a picture."),
    Command("open_folder", "Open folder", "Shift+O", "scan", "folder", "Opens a folder of pictures."),
    Command("simulated", "Simulated scan", "S", "scan", "simulated", "Starts the simulated scan from the first page."),
    Command("devices", "Capture devices", "D", "scan", "video", "Lists the capture devices that are plugged in."),
    Command("screen_part", "Part of the screen", "Shift+S", "scan", "screen", "Chooses a part of the screen."),
    Command("stream", "Network stream", "W", "scan", "stream", "Asks for the address of a network stream."),
    Command("slicer", "3D Slicer or PLUS", "Shift+W", "scan", "link", "Asks for the address of an OpenIGTLink sender."),
    Command("other_source", "Other source", "Ctrl+W", "scan", "sources", "Lets the source go and asks for another."),
    Command("again", "Try again", "Ctrl+R", "scan", "again", "Opens the same source once more."),
    Command("play", "Play", "P", "scan", "play", "Plays or pauses a clip."),
    Command("restart", "To the start", "Home", "scan", "restart", "Goes to the first frame of a clip."),
    Command("back", "One frame back", ",", "scan", "step-back", "Shows the frame before.", repeats=True),
    Command("forward", "One frame on", ".", "scan", "step-forward", "Shows the next frame.", repeats=True),
    Command("back_10", "Ten frames back", "Shift+Left", "scan", "", "Shows the frame ten before.", repeats=True),
    Command("forward_10", "Ten frames on", "Shift+Right", "scan", "", "Shows the frame ten on.", repeats=True),
    Command("slower", "Slower", "<", "scan", "back", "Plays a clip at half the speed, down to a quarter."),
    Command("faster", "Faster", ">", "scan", "forward", "Plays a clip at double the speed, up to four times."),
    Command("region", "Next region", "G", "scan", "region", "Shows the next ultrasound region of a DICOM file."),
    Command("room_scan", "Scan", "F1", "all", "scan", "Goes to the Scan room."),
    Command("full_screen", "Full screen", "F11", "all", "fullscreen", "Gives the screen to image and plane."),
    Command("second_screen", "Second screen", "F10", "all", "display", "Shows the plane alone on another screen."),
    Command("settings", "Settings", "Ctrl+,", "all", "settings", "Models, display and keys."),
    Command("models", "Models", "", "all", "model", "Chooses the model and what it runs on."),
    Command("help", "Help", "Shift+F1", "all", "help", "How to use the program, and what it does not know."),
    Command("dismiss", "Close", "Esc", "all", "close", "Closes the message, the details or the full screen."),
    Command("details", "Details", "Ctrl+D", "all", "info", "Shows what lies behind a message."),
    Command("next_message", "Next message", "Ctrl+M", "all", "", "Shows the next of several messages."),
    Command("quit", "Quit", "Ctrl+Q", "all", "", "Ends the program."),
)
BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}


@dataclass(frozen=True, slots=True)
class Clash:
    """Two commands that ask for one key in one room."""

    key: str
    first: str
    second: str


def bindings(own: Mapping[str, str]) -> tuple[dict[str, str], tuple[Clash, ...]]:
    """Return the key of every command, and the clashes.

    Parameters
    ----------
    own
        The user's keys by command; unknown commands are passed over, an empty key takes the key away.

    Two commands clash where both act in one room; rooms of their own may share a key. A clash leaves the key with the
    command that comes first; the second has none until the user gives it another.
    """
    keys: dict[str, str] = {}
    clashes: list[Clash] = []
    holders: dict[str, list[Command]] = {}
    for command in sorted(COMMANDS, key=lambda command: command.id not in own):
        key = own.get(command.id, command.key)
        others = holders.setdefault(key.lower(), []) if key else []
        holder = next((other for other in others if meets(other, command)), None)
        if holder is not None:
            clashes.append(Clash(key, holder.id, command.id))
            key = ""
        elif key:
            others.append(command)
        keys[command.id] = key
    return {command.id: keys[command.id] for command in COMMANDS}, tuple(clashes)


def meets(first: Command, second: Command) -> bool:
    """Return whether two commands act in one room, so that they cannot share a key."""
    return first.where == second.where or "all" in (first.where, second.where)
