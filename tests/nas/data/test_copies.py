"""Copies are found, exact or re-saved, and different frames are not taken for copies."""

import numpy as np
from numpy.typing import NDArray

from nas.data.copies import Print, find_copies, print_of


def noise(seed: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16), dtype=np.uint8)
    return np.kron(coarse, np.ones((8, 8), np.uint8)).astype(np.uint8)


def test_that_equal_bytes_make_one_group_and_only_one_of_it_is_compared_further() -> None:
    frame = noise(1)
    prints = {name: print_of(b"same", frame) for name in ("b", "a")} | {"c": print_of(b"other", noise(2))}
    assert find_copies(prints) == find_copies(dict(reversed(prints.items())))
    assert find_copies(prints).equal == (("a", "b"),)
    assert find_copies(prints).near == ()


def test_that_a_frame_with_a_little_noise_is_near_and_another_is_not() -> None:
    frame = noise(3)
    shaken = np.clip(frame.astype(int) + np.random.default_rng(0).integers(-4, 5, frame.shape), 0, 255).astype(np.uint8)
    colour = np.stack([shaken] * 3, axis=2)
    prints = {"a": print_of(b"1", frame), "b": print_of(b"2", shaken), "c": print_of(b"3", colour)}
    prints |= {f"x{seed}": print_of(bytes([seed]), noise(seed + 10)) for seed in range(50)}
    assert set(find_copies(prints).near) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_that_flat_frames_are_no_copies_of_each_other() -> None:
    prints = {f"{level}": print_of(bytes([level]), np.full((9, 9), level, np.uint8)) for level in (0, 90, 255)}
    assert find_copies(prints).near == ()


def test_that_planted_pairs_are_found_among_many() -> None:
    rng = np.random.default_rng(5)
    bits = rng.integers(0, 2, (3000, 256), dtype=np.uint8)
    bits[:, :64] = 0  # the black corners of a sector, equal everywhere
    for pair in range(100):
        bits[2 * pair + 1] = bits[2 * pair]
        turned = 64 + rng.choice(192, 10, replace=False)
        bits[2 * pair + 1, turned] ^= 1
    prints = {f"{index:05d}": Print(str(index), np.packbits(row)) for index, row in enumerate(bits)}
    planted = {(f"{2 * pair:05d}", f"{2 * pair + 1:05d}") for pair in range(100)}
    assert set(find_copies(prints).near) == planted
