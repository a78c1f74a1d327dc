"""The commands of the Review room as data: time, marks, labels, and what is done to the whole clip."""

from typing import Final

from uiac_desktop.ui.command import Command, plane_commands

_ROWS: Final = (
    ("play", "Play", "Space", "play", "Plays the clip, or holds it."),
    ("start", "First frame", "Home", "restart", "Goes to the first frame."),
    ("end", "Last frame", "End", "to-end", "Goes to the last frame."),
    ("doubtful", "Next doubtful", "N", "", "Shows the next doubtful frame."),
    ("doubtful_back", "Doubtful before", "Shift+N", "", "Shows the doubtful frame before."),
    ("difference", "Next difference", "D", "", "Shows the next frame where model and label differ."),
    ("difference_back", "Difference before", "Shift+D", "", "Shows the frame before where model and label differ."),
    ("change", "Next change of plane", "P", "", "Shows the next frame where the plane changes."),
    ("change_back", "Change of plane before", "Shift+P", "", "Shows the change of plane before."),
    ("best", "Next best frame", "B", "", "Shows the best frame of the next plane."),
    ("best_back", "Best frame before", "Shift+B", "", "Shows the best frame of the plane before."),
    ("range_start", "Range begins", "[", "", "Lets the range begin at this frame."),
    ("range_end", "Range ends", "]", "", "Lets the range end at this frame."),
    ("unlabel", "Take label away", "Del", "", "Takes your label from the frame or the range."),
    ("undo", "Undo", "Ctrl+Z", "undo", "Takes the last change of labels back."),
    ("redo", "Redo", "Ctrl+Y", "", "Does again what was undone."),
    ("accept", "Accept all above", "A", "ok", "Takes the predictions over where you said nothing yet."),
    ("accept_less", "Lower", "PgDown", "minus", "Takes over predictions that are 5 % less certain too."),
    ("accept_more", "Higher", "PgUp", "plus", "Takes over predictions only from 5 % more on."),
    ("analyse", "Analysis", "R", "play", "Holds the analysis, or lets it go on."),
    ("loop", "Loop", "L", "again", "Plays the range, or the clip, round and round."),
    ("slower", "Slower", "Down", "", "Plays at half the speed, down to a quarter."),
    ("faster", "Faster", "Up", "", "Plays at double the speed, up to four times."),
    ("zoom_in", "Zoom in", "+", "", "Shows a shorter part of the clip on the timeline."),
    ("zoom_out", "Zoom out", "Ctrl+-", "", "Shows a longer part of the clip on the timeline."),
    ("zoom_whole", "Whole clip", "Ctrl+0", "", "Shows the whole clip on the timeline."),
    ("map", "Map", "C", "map", "Map beside the image, over it, or off, in turn."),
    ("open", "Open", "O", "file", "Opens a video, a DICOM file, a disc, a zip or a picture."),
    ("open_folder", "Open folder", "Shift+O", "folder", "Opens a folder of pictures or of a disc."),
    ("close", "Close clip", "Ctrl+W", "close", "Closes the clip; its labels are saved."),
    ("medium_back", "Clip before", "Ctrl+PgUp", "back", "Opens the clip before, of several that were found."),
    ("medium_on", "Clip after", "Ctrl+PgDown", "forward", "Opens the clip after, of several that were found."),
)
_STEPS: Final = (
    ("back", "One frame back", ",", "step-back", "Shows the frame before."),
    ("forward", "One frame on", ".", "step-forward", "Shows the next frame."),
    ("back_10", "Ten frames back", "Shift+,", "", "Shows the frame ten before."),
    ("forward_10", "Ten frames on", "Shift+.", "", "Shows the frame ten on."),
    ("back_100", "100 frames back", "Ctrl+Left", "", "Shows the frame a hundred before."),
    ("forward_100", "100 frames on", "Ctrl+Right", "", "Shows the frame a hundred on."),
)
REVIEW_COMMANDS: Final[tuple[Command, ...]] = (
    *(Command(f"review_{name}", word, key, "review", icon, said) for name, word, key, icon, said in _ROWS),
    *(
        Command(f"review_{name}", word, key, "review", icon, said, repeats=True)
        for name, word, key, icon, said in _STEPS
    ),
    *plane_commands("review", "Labels frame or range {}."),
)
