"""The commands of the Exams room as data: choosing, finding, bin and erasing, labels, report."""

from typing import Final

from uiac_desktop.ui.command import Command, plane_commands

EXAMS_COMMANDS: Final[tuple[Command, ...]] = (
    Command("exams_up", "Exam above", "Up", "exams", "", "Chooses the exam above in the list.", repeats=True),
    Command("exams_down", "Exam below", "Down", "exams", "", "Chooses the exam below in the list.", repeats=True),
    Command("exams_find", "Find", "Ctrl+F", "exams", "", "Goes to the field where words are typed."),
    Command("exams_bin", "Show bin", "B", "exams", "", "Shows the bin, and the list again."),
    Command("exams_delete", "Delete", "Del", "exams", "close", "Moves the exam to the bin, for 30 days."),
    Command("exams_restore", "Restore", "R", "exams", "undo", "Takes the exam out of the bin."),
    Command("exams_erase", "Erase", "Shift+Del", "exams", "warn", "Erases the exam for good; asks once."),
    Command("exams_undo", "Undo", "Ctrl+Z", "exams", "undo", "Takes the last step of this room back."),
    Command("exams_report", "Report", "Ctrl+1", "exams", "", "Shows the report of the chosen exam."),
    Command("exams_frames", "Frames and clips", "Ctrl+2", "exams", "", "Shows what the chosen exam holds."),
    Command(
        "exams_history", "History", "Ctrl+3", "exams", "", "Shows label changes, the last export, what was erased."
    ),
    Command("exams_pdf", "Save PDF", "P", "exams", "file", "Writes the report as PDF."),
    Command("exams_html", "Save HTML", "H", "exams", "file", "Writes the report as one HTML file."),
    Command("exams_confirm", "Confirm labels", "C", "exams", "met", "Confirms the labels of the report's frames."),
    Command("exams_review", "Open in Review", "V", "exams", "review", "Opens the exam's last clip in Review."),
    Command("exams_across", "Model against person", "M", "exams", "", "Shows changes, matrix or frames, in turn."),
    Command("exams_frame_back", "Frame before", ",", "exams", "", "Chooses the frame before.", repeats=True),
    Command("exams_frame_on", "Frame after", ".", "exams", "", "Chooses the next frame of the exam.", repeats=True),
    Command("exams_label", "Label", "L", "exams", "", "Lists all planes for the chosen frame."),
    *plane_commands("exams", "Gives the chosen frame the label {}."),
    Command("exams_difference", "Next difference", "D", "exams", "", "Shows the next frame that a person changed."),
)
