"""Every command as data: word, key, icon, help line; buttons, shortcuts and the list of keys are all made from this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from uiac_desktop.ui.command import Command, plane_commands
from uiac_desktop.ui.exams.commands import EXAMS_COMMANDS
from uiac_desktop.ui.review.commands import REVIEW_COMMANDS

COMMANDS: Final[tuple[Command, ...]] = (
    Command("freeze", "Freeze", "Space", "scan", "freeze", "Freezes the picture, and lets it go on again."),
    Command("keep", "Keep", "K", "scan", "keep", "Keeps the frame on screen in the exam."),
    Command("save_last", "Last seconds", "L", "scan", "last", "Saves the last seconds as a clip."),
    Command("record", "Record", "R", "scan", "record", "Records a clip, and stops recording."),
    Command("exam", "Exam", "E", "scan", "exam", "Begins an exam; while one goes on, asks whether it ends."),
    Command("exam_new", "New exam", "Shift+E", "scan", "", "Ends the exam and begins that of another woman."),
    Command("exam_number", "Local number", "N", "scan", "", "Asks for her local number, kept only as a keyed hash."),
    Command("exam_end", "End exam", "Ctrl+E", "scan", "", "Ends the exam."),
    Command("exam_report", "Report of this exam", "", "all", "", "Shows the report of the exam that goes on."),
    Command("exam_same", "Same exam", "", "scan", "", "Goes on with the same exam."),
    Command("exam_go_on", "Go on with exam", "Ctrl+G", "scan", "", "Goes on with the exam that a crash cut off."),
    Command("line_up", "Line up", "Up", "scan", "", "Chooses the line above in the list of planes.", repeats=True),
    Command("line_down", "Line down", "Down", "scan", "", "Chooses the line below in the list.", repeats=True),
    Command("alternative_back", "Better alternative", "Left", "scan", "", "Chooses the alternative to the left."),
    Command("alternative_on", "Next alternative", "Right", "scan", "", "Chooses the alternative to the right."),
    Command("use", "Use this frame", "Return", "scan", "use", "Lets the chosen frame stand for its plane."),
    Command("reassign", "Reassign", "A", "scan", "", "Asks which plane the chosen frame shows."),
    Command("reject", "Reject", "Del", "scan", "", "Rejects the chosen frame; Undo brings it back."),
    *plane_commands("scan", "Gives the chosen frame the label {}."),
    Command("undo", "Undo", "Ctrl+Z", "scan", "undo", "Takes the last change of a kept frame back."),
    Command("redo", "Redo", "Ctrl+Y", "scan", "", "Does again what was undone."),
    Command("protocol", "Next protocol", "Ctrl+P", "scan", "", "Shows the next protocol, for this exam and the next."),
    Command("map", "Map", "C", "scan", "map", "Map beside the image, over it, or off, in turn."),
    Command("open", "Open", "O", "scan", "file", "Opens a video, a DICOM file or a picture."),
    Command("open_folder", "Open folder", "Shift+O", "scan", "folder", "Opens a folder of pictures."),
    Command("simulated", "Simulated scan", "S", "scan", "simulated", "Starts the simulated scan from the first page."),
    Command("devices", "Capture devices", "D", "scan", "video", "Lists the capture devices that are plugged in."),
    Command("screen_part", "Part of the screen", "Shift+S", "scan", "screen", "Chooses a part of the screen."),
    Command("stream", "Network stream", "W", "scan", "stream", "Asks for the address of a network stream."),
    Command("slicer", "3D Slicer or PLUS", "Shift+W", "scan", "link", "Asks for the address of an OpenIGTLink sender."),
    Command("mask", "Mask", "M", "scan", "mask", "Draws what of the picture enters: crop and masks."),
    Command("mask_use", "Use for this source", "Return", "mask", "ok", "Puts crop and masks in force."),
    Command("mask_find", "Find again", "F", "mask", "again", "Takes the sector that is found by itself."),
    Command("mask_crop", "Draw", "1", "mask", "region", "Lets the next drag draw the crop anew."),
    Command("mask_add", "Add mask", "2", "mask", "plus", "Adds a mask; the next drag says where."),
    Command("mask_next", "Next mask", "N", "mask", "", "Goes to the next mask, after the last to the crop."),
    Command("mask_remove", "Remove", "Del", "mask", "close", "Takes the chosen mask away."),
    Command("mask_undo", "Undo", "Ctrl+Z", "mask", "undo", "Takes the last step of drawing back."),
    Command("mask_redo", "Redo", "Ctrl+Y", "mask", "", "Does again what was undone while drawing."),
    Command("other_source", "Other source", "Ctrl+W", "scan", "sources", "Lets the source go and asks for another."),
    Command("again", "Try again", "Ctrl+R", "scan", "again", "Opens the same source once more."),
    Command("play", "Play", "P", "scan", "play", "Plays or pauses a clip; one that waits for its model plays at once."),
    Command("restart", "To the start", "Home", "scan", "restart", "Goes to the first frame of a clip."),
    Command("back", "One frame back", ",", "scan", "step-back", "Shows the frame before.", repeats=True),
    Command("forward", "One frame on", ".", "scan", "step-forward", "Shows the next frame.", repeats=True),
    Command("back_10", "Ten frames back", "Shift+Left", "scan", "", "Shows the frame ten before.", repeats=True),
    Command("forward_10", "Ten frames on", "Shift+Right", "scan", "", "Shows the frame ten on.", repeats=True),
    Command("slower", "Slower", "<", "scan", "back", "Plays a clip at half the speed, down to a quarter."),
    Command("faster", "Faster", ">", "scan", "forward", "Plays a clip at double the speed, up to four times."),
    Command("region", "Next region", "G", "scan", "region", "Shows the next region, or a sender's next device."),
    Command("room_scan", "Scan", "F1", "all", "scan", "Goes to the Scan room."),
    Command("room_review", "Review", "F2", "all", "review", "Goes to the Review room: clips, frame by frame."),
    Command("room_exams", "Exams", "F3", "all", "folder", "Goes to the Exams room: every exam, and its report."),
    *EXAMS_COMMANDS,
    Command("export", "Export", "Ctrl+Shift+E", "all", "use", "Gives frames of exams away as a labelled data set."),
    Command("room_learn", "Learn", "F4", "all", "learn", "Goes to the Learn room: your own network from your frames."),
    Command("learn_next", "Next step", "Return", "learn", "forward", "Goes on to the next step."),
    Command("learn_back", "Step back", "Backspace", "learn", "back", "Goes back to the step before."),
    Command("learn_left", "Class before", "Left", "learn", "", "Shows the class before on the contact sheet."),
    Command("learn_right", "Class after", "Right", "learn", "", "Shows the class after on the contact sheet."),
    Command(
        "learn_page_back", "Pictures before", "PgUp", "learn", "", "Shows the pictures before on the contact sheet."
    ),
    Command("learn_page_on", "Pictures after", "PgDown", "learn", "", "Shows the pictures after on the contact sheet."),
    Command("learn_open", "Choose frames", "O", "learn", "folder", "Asks for a folder of labelled frames."),
    Command("learn_undo", "Undo", "Ctrl+Z", "learn", "undo", "Takes the last repair or deletion back."),
    Command("learn_runs", "Runs", "R", "learn", "last", "Shows the list of runs, and the wizard again."),
    *REVIEW_COMMANDS,
    Command("full_screen", "Full screen", "F11", "all", "fullscreen", "Gives the screen to image and plane."),
    Command("second_screen", "Second screen", "F10", "all", "display", "Shows the plane alone on another screen."),
    Command("settings", "Settings", "Ctrl+,", "all", "settings", "Models, display and keys."),
    Command("models", "Models", "", "all", "model", "Chooses the model and what it runs on."),
    Command("link", "Send over network", "Ctrl+L", "all", "", "Sends plane and map over OpenIGTLink, or stops it."),
    Command("help", "Help", "Shift+F1", "all", "help", "How to use the program, and what it does not know."),
    Command("dismiss", "Close", "Esc", "all", "close", "Closes the message, the details or the full screen."),
    Command("details", "Details", "Ctrl+D", "all", "info", "Shows what lies behind a message."),
    Command("next_message", "Next message", "Ctrl+M", "all", "", "Shows the next of several messages."),
    Command("quit", "Quit", "Ctrl+Q", "all", "", "Ends the program."),
)
BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}


_ENTER: Final = ("return", "enter", "num+enter")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two commands that ask for one key in one room."""

    key: str
    first: str
    second: str


def one_key(key: str) -> str:
    """Return a key by the one name that it has here: Enter, wherever it lies on a keyboard, is Return."""
    return "Return" if key.lower() in _ENTER else key


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
        key = one_key(own.get(command.id, command.key))
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
