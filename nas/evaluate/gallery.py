"""Chooses the frames of the map gallery while a data set is labelled, so that no map of another frame is kept."""

import heapq
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from nas.calibration import softmax
from nas.evaluate.answers import plane_columns
from nas.evaluate.decoded import Decoded
from nas.evaluate.look import Look
from nas.figures.gallery import Example
from nas.model_config import ModelConfig

RIGHT_SHOWN: Final = 2
_WRONG_SHOWN: Final = 1


@dataclass(slots=True)
class _Best:
    """The most certain examples of one kind; of equal certainty, the first in the set."""

    room: int
    heap: list[tuple[float, int, Example]] = field(default_factory=list)

    def takes(self, certainty: float, position: int) -> bool:
        """Whether an example would have a place."""
        return len(self.heap) < self.room or (certainty, -position) > self.heap[0][:2]

    def add(self, certainty: float, position: int, example: Example) -> None:
        """Take an example, in place of the least certain where there is no room."""
        push = heapq.heappush if len(self.heap) < self.room else heapq.heapreplace
        push(self.heap, (certainty, -position, example))

    def ordered(self) -> list[Example]:
        """The examples, most certain first."""
        return [example for *_, example in sorted(self.heap, key=lambda entry: entry[:2], reverse=True)]


class GalleryChoice:
    """Watches looks and keeps, of each plane, the two most certain right answers and the most certain wrong one.

    Most certain wrong: the mistake that a person would trust most.

    Parameters
    ----------
    config
        The model; certainty is calibrated by its temperature.
    decoded
        The set that is looked at.
    """

    def __init__(self, config: ModelConfig, decoded: Decoded) -> None:
        self._config = config
        self._decoded = decoded
        self._columns = plane_columns(config)
        self._right = [_Best(RIGHT_SHOWN) for _ in config.planes]
        self._wrong = [_Best(_WRONG_SHOWN) for _ in config.planes]

    def see(self, look: Look) -> None:
        """Keep what is more certain than what is kept."""
        chances = softmax(look.logits[:, self._columns].cpu().numpy(), self._config.temperature)
        for row, position in enumerate(look.positions.tolist()):
            plane = int(self._decoded.targets[position])
            if plane < 0:
                continue
            answer = int(chances[row].argmax())
            best = (self._right if answer == plane else self._wrong)[plane]
            certainty = float(chances[row, answer])
            if best.takes(certainty, position):
                best.add(certainty, position, self._example(look, row, position, plane, answer, certainty))

    def examples(self) -> dict[str, list[Example]]:
        """Return the examples of each plane that has any: right ones first, most certain first."""
        kinds = zip(self._config.planes, self._right, self._wrong, strict=True)
        found = {plane: [*right.ordered(), *wrong.ordered()] for plane, right, wrong in kinds}
        return {plane: examples for plane, examples in found.items() if examples}

    def _example(self, look: Look, row: int, position: int, plane: int, answer: int, certainty: float) -> Example:
        planes = self._config.planes
        values: Any = look.maps[row, self._columns[plane]].float().cpu().numpy()
        return Example(
            self._decoded.data.images[position].path,
            planes[plane],
            planes[answer],
            certainty,
            look.frames[row].numpy().copy(),
            np.array(values, np.float32),
        )


def gallery_record(examples: dict[str, list[Example]]) -> list[dict[str, Any]]:
    """Return the numbers behind the gallery: file, plane, answer, certainty, and the unscaled map (h, w)."""
    return [
        {
            "file": example.file,
            "plane": example.plane,
            "answer": example.answer,
            "certainty": round(example.certainty, 6),
            "map": [[round(float(value), 6) for value in line] for line in example.values],
        }
        for shown in examples.values()
        for example in shown
    ]
