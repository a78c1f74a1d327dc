"""Crop and masks while they are drawn: arithmetic on rectangles inside the picture, with undo, without a window."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from uiac_desktop.sources.base import Region
from uiac_desktop.sources.privacy.setting import PrivacySetting

Handle: TypeAlias = Literal["nw", "n", "ne", "e", "se", "s", "sw", "w", "inside"]
HANDLES: Final[tuple[Handle, ...]] = ("nw", "n", "ne", "e", "se", "s", "sw", "w")
LEAST: Final = 8
_LEAST_CROP: Final = 32


@dataclass(frozen=True, slots=True)
class MaskDraft:
    """What is drawn so far, in pixels of the whole picture.

    Attributes
    ----------
    active
        Number of the mask that is worked on, or None for the crop.
    """

    width: int
    height: int
    crop: Region
    masks: tuple[Region, ...] = ()
    active: int | None = None

    @property
    def setting(self) -> PrivacySetting:
        """What would be put in force."""
        return PrivacySetting(self.width, self.height, self.crop, self.masks)

    @property
    def box(self) -> Region:
        """The rectangle that is worked on."""
        return self.crop if self.active is None else self.masks[self.active]

    def choose(self, active: int | None) -> "MaskDraft":
        """Work on another rectangle."""
        return replace(self, active=active if active is not None and 0 <= active < len(self.masks) else None)

    def drawn(self, x0: float, y0: float, x1: float, y1: float) -> "MaskDraft":
        """Give the rectangle that is worked on two opposite corners, in any order."""
        left, right = sorted((x0, x1))
        top, bottom = sorted((y0, y1))
        return self._put(left, top, right, bottom)

    def dragged(self, handle: Handle, x: float, y: float) -> "MaskDraft":
        """Pull a corner or side to a place; ``inside`` moves the whole by (x, y)."""
        box = self.box
        if handle == "inside":
            return self.moved(round(x), round(y))
        left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        least = self._least
        if "w" in handle:
            left = min(round(x), right - least)
        if "e" in handle:
            right = max(round(x), left + least)
        if "n" in handle:
            top = min(round(y), bottom - least)
        if "s" in handle:
            bottom = max(round(y), top + least)
        return self._put(left, top, right, bottom)

    def moved(self, across: int, down: int) -> "MaskDraft":
        """Move the rectangle, at most to the edge of the picture."""
        box = self.box
        x = min(max(box.x + across, 0), self.width - box.width)
        y = min(max(box.y + down, 0), self.height - box.height)
        return self._with(Region(x, y, box.width, box.height))

    def grown(self, across: int, down: int) -> "MaskDraft":
        """Move the right and the lower side."""
        box = self.box
        right = min(max(box.x + box.width + across, box.x + self._least), self.width)
        bottom = min(max(box.y + box.height + down, box.y + self._least), self.height)
        return self._with(Region(box.x, box.y, right - box.x, bottom - box.y))

    def with_mask(self, mask: Region | None = None) -> "MaskDraft":
        """Add a mask, in the upper right corner of the crop where no place is given, and work on it."""
        crop = self.crop
        wide, high = max(crop.width // 5, LEAST), max(crop.height // 10, LEAST)
        mask = mask or Region(crop.x + crop.width - wide, crop.y, wide, high)
        return replace(self, masks=(*self.masks, mask), active=len(self.masks))

    def without(self, number: int) -> "MaskDraft":
        """Take a mask away, and work on the crop."""
        return replace(self, masks=self.masks[:number] + self.masks[number + 1 :], active=None)

    def with_crop(self, crop: Region, masks: tuple[Region, ...]) -> "MaskDraft":
        """Take a suggestion in place of everything."""
        return MaskDraft(self.width, self.height, crop, masks)

    @property
    def _least(self) -> int:
        return min(_LEAST_CROP if self.active is None else LEAST, self.width, self.height)

    def _put(self, left: float, top: float, right: float, bottom: float) -> "MaskDraft":
        least = self._least
        x = min(max(round(left), 0), self.width - least)
        y = min(max(round(top), 0), self.height - least)
        wide = min(max(round(right) - x, least), self.width - x)
        high = min(max(round(bottom) - y, least), self.height - y)
        return self._with(Region(x, y, wide, high))

    def _with(self, box: Region) -> "MaskDraft":
        if self.active is None:
            return replace(self, crop=box)
        return replace(self, masks=(*self.masks[: self.active], box, *self.masks[self.active + 1 :]))


class DraftHistory:
    """A draft with what it was before each step."""

    def __init__(self, draft: MaskDraft) -> None:
        self.now = draft
        self._before: list[MaskDraft] = []
        self._after: list[MaskDraft] = []

    @property
    def touched(self) -> bool:
        """Whether anything was done, which a suggestion must not overwrite."""
        return bool(self._before)

    def take(self, draft: MaskDraft) -> None:
        """Go on with another draft; a change of what is worked on alone is no step."""
        if draft.setting != self.now.setting:
            self._before.append(self.now)
            self._after.clear()
        self.now = draft

    def preview(self, draft: MaskDraft) -> None:
        """Show a draft while the mouse is held, without a step of its own."""
        self.now = draft

    def settle(self, before: MaskDraft) -> None:
        """End a drag that began with ``before``: it is one step."""
        if before.setting != self.now.setting:
            self._before.append(before)
            self._after.clear()

    def undo(self) -> None:
        """Go one step back."""
        if self._before:
            self._after.append(self.now)
            self.now = self._before.pop()

    def redo(self) -> None:
        """Do again what was undone."""
        if self._after:
            self._before.append(self.now)
            self.now = self._after.pop()
