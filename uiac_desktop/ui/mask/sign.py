"""How the door stands, said in the header's chip, in the source line and in the message slot."""

from dataclasses import dataclass

from uiac_desktop.sources.privacy.door import DoorState
from uiac_desktop.ui.messages import Choice, Message, MessageBoard, Rank
from uiac_desktop.ui.scan.state import Chip, Figure

WHY_EDITOR = "The mask is being drawn."
WHY_NOT_SET = "No mask is set for this source."
_NOT_SET = "No mask is set: the whole picture is shown and labelled in Scan, names included."
_NOT_KEPT = "Nothing of it is kept or recorded until the mask is set."
WHY_SIZE = "The size of the picture changed: set the mask again."
WHY_SECTOR = "The crop does not show the sector."


@dataclass(frozen=True, slots=True)
class MaskSign:
    """What the Scan room shows of the door.

    Attributes
    ----------
    chip
        Of the header; None leaves the one that the source itself gives.
    figure
        Stands first in the source line while something must be known; else None.
    sector
        False while the crop shows something else than the sector, so that voting rests.
    """

    chip: Chip | None = None
    figure: Figure | None = None
    sector: bool = True


def sign_of(state: DoorState) -> MaskSign:
    """Return the signs of a door."""
    figure = None if state.sector else Figure("Sector", "not in the crop: nothing is kept or labelled", "warn")
    return MaskSign(_chip(state), figure, state.sector)


def _chip(state: DoorState) -> Chip:
    if state.size_changed:
        tip = "The picture has another size than the mask was drawn for. Nothing is kept until it is set again."
        return Chip("mask", "mask-missing", "Mask: size changed", "warn", "mask", tip)
    if state.setting is not None:
        return Chip("mask", "mask", "Mask on", "ok", "mask", "Only what lies inside crop and masks enters.")
    if state.trust == "simulated":
        return Chip("mask", "mask", "No mask needed", "quiet", "mask", "A simulated picture carries no names.")
    if state.trust == "region":
        return Chip("mask", "mask", "Cropped to region", "ok", "mask", "Only the file's ultrasound region enters.")
    tip = "The whole picture is shown, with names that are burned into it. Nothing of it is kept."
    return Chip("mask", "mask-missing", "Mask not set", "warn", "mask", tip)


def why_not(state: DoorState, sector_gone: bool) -> str:
    """Return why nothing may be kept now, or nothing where it may."""
    if state.size_changed:
        return WHY_SIZE
    if not state.confirmed:
        return WHY_NOT_SET
    return WHY_SECTOR if sector_gone else ""


def tell(board: MessageBoard, state: DoorState) -> None:
    """Say that a mask is to be set, as long as it is."""
    choices = (Choice("Set mask", "mask"),)
    if state.size is None or state.confirmed:
        board.clear("mask")
    elif state.size_changed and state.setting is not None:
        what = f"The picture is now {state.size[0]}×{state.size[1]}."
        was = f"{state.setting.width}×{state.setting.height}"
        advice = f"The mask was drawn for {was}: set it again before anything is kept."
        board.post(Message("mask", Rank.WARN, what, advice, choices, holds=True, first=True))
    else:
        message = Message("mask", Rank.WARN, _NOT_SET, _NOT_KEPT, choices, holds=True, icon="mask-missing", first=True)
        board.post(message)


def tell_black(board: MessageBoard, is_black: bool) -> None:
    """Say that a scanner sends black pictures, as long as it does."""
    if not is_black:
        board.clear("black")
        return
    advice = (
        "If the scanner shows one, copy protection (HDCP) holds it back: switch it off there, or use another output."
    )
    board.post(Message("black", Rank.WARN, "The picture is black.", advice, holds=True))


def tell_kept(board: MessageBoard, remembered: bool) -> None:
    """Say that the mask is in force, and for how long."""
    advice = "It is remembered for this scanner and size." if remembered else "A file asks again the next time."
    board.post(Message("mask set", Rank.OK, "The mask is in force.", advice))


def tell_problem(board: MessageBoard, what: str, advice: str = "") -> None:
    """Say that masks could not be read or saved."""
    board.post(Message("mask file", Rank.WARN, what, advice))


def clear(board: MessageBoard) -> None:
    """Take down what concerned the source before."""
    board.clear("mask")
    board.clear("black")
