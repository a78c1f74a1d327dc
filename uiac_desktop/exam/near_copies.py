"""Which frames are nearly equal to one before them, or to one that a data set holds already."""

from collections.abc import Sequence

from nas.data.copies import Print, find_copies


def unlike(there: Sequence[Print], prints: Sequence[Print | None]) -> list[bool]:
    """Return of each frame whether it is unlike all that are taken before it.

    Parameters
    ----------
    there
        Prints of what the data set holds; all of it counts as taken.
    prints
        Of the frames in their order; None, of a picture that cannot be read, is like no other.
    """
    known = [*there, *prints]
    names = {f"{place:09d}": one for place, one in enumerate(known) if one is not None}
    copies = find_copies(names)
    first = {int(name): int(group[0]) for group in copies.equal for name in group}
    near: dict[int, set[int]] = {}
    for one, other in copies.near:
        near.setdefault(int(one), set()).add(int(other))
        near.setdefault(int(other), set()).add(int(one))
    taken: set[int] = set()
    answers = []
    for place in range(len(known)):
        alike = first.get(place, place)  # equal ones are as near to others as the first of them
        new = alike not in taken and taken.isdisjoint(near.get(alike, ()))
        if new or place < len(there):
            taken.add(alike)
        answers.append(new)
    return answers[len(there) :]
