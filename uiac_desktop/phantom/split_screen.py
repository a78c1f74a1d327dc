"""Screens of two parts: two pictures side by side, or a small picture above an M-mode trace or a Doppler spectrum."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from uiac_desktop.phantom.colour_box import draw_colour_box
from uiac_desktop.phantom.dice import Dice
from uiac_desktop.phantom.furniture import Picture, Screen
from uiac_desktop.phantom.moment import Moment
from uiac_desktop.phantom.receiver import Grey
from uiac_desktop.phantom.view import LINES, SAMPLES

_CURSOR: Final = (90, 230, 120)
_AXIS: Final = (200, 200, 196)
_SPAN_S: Final = (1.6, 3.2)
_NOISE_SIDE: Final = 512


def draw_dual(screen: Screen, polar: Grey, moment: Moment, dice: Dice) -> Picture:
    """Return two pictures side by side: the second in colour, or a frozen one in another gain."""
    first = screen.show(polar)
    if dice.happens(0.5):
        second = draw_colour_box(screen, polar, moment, dice)
    else:
        turned = np.ascontiguousarray(polar[:, ::-1]) if dice.happens(0.5) else polar
        second = screen.show(np.asarray(cv2.convertScaleAbs(turned, alpha=dice.between(0.75, 1.2)), np.uint8))
    return _side_by_side(first, second, cut=dice.happens(0.5))


def _side_by_side(first: Picture, second: Picture, cut: bool) -> Picture:
    """Cut the middle of each picture to half a screen, or shrink it whole; both ways a grey line parts them."""
    height, width = first.shape[:2]
    half = width // 2
    if cut:
        middle = slice(width // 4, width // 4 + half)
        both = np.concatenate([first[:, middle], second[:, middle]], axis=1)
        cv2.line(both, (half, 0), (half, height), (90, 92, 96), max(1, height // 360))
        return both
    small = (half, round(half * height / width))
    both = np.zeros_like(first)
    top = (height - small[1]) // 3
    for left, picture in ((0, first), (width - half, second)):
        shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
        both[top : top + small[1], left : left + half] = shrunk
    cv2.line(both, (half, top), (half, top + small[1]), (90, 92, 96), max(1, height // 360))
    return both


def draw_m_mode(screen: Screen, polar: Grey, moment: Moment, dice: Dice) -> Picture:
    """Return the picture with a cursor along one line, above that line's echoes over the last seconds."""
    line = round(dice.between(0.3, 0.7) * LINES)
    share = dice.between(0.38, 0.52)
    above = _with_cursor(screen, screen.show(polar), line)
    height, width = above.shape[:2]
    rows, columns = height - round(share * height), round(0.94 * width)
    profile = polar[:, max(line - 2, 0) : line + 3].mean(1).astype(np.float32)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * np.minimum(moment.phases(columns, dice.between(*_SPAN_S)) / 0.7, 1))
    depth = np.linspace(0, SAMPLES - 1, rows)
    heart = np.exp(-(((depth / SAMPLES - dice.between(0.45, 0.6)) / 0.16) ** 2)) * dice.between(7, 16)
    source = depth[:, None] + heart[:, None] * beat[None] * np.sign(depth / SAMPLES - 0.52)[:, None]
    trace = np.interp(source.ravel(), np.arange(SAMPLES), profile).reshape(rows, columns)
    grain = _scrolling(dice, rows, columns, moment)
    return _stacked(above, np.clip(trace * (0.85 + 0.25 * grain), 0, 255).astype(np.uint8), share)


def draw_doppler(screen: Screen, polar: Grey, moment: Moment, dice: Dice) -> Picture:
    """Return the picture with a gate, often in colour, above the spectrum of velocities over the last seconds."""
    line, share = round(dice.between(0.3, 0.7) * LINES), dice.between(0.38, 0.52)
    picture = draw_colour_box(screen, polar, moment, dice) if dice.happens(0.5) else screen.show(polar)
    above = _with_cursor(screen, picture, line, gate=dice.between(0.4, 0.65))
    height, width = above.shape[:2]
    rows, columns = height - round(share * height), round(0.94 * width)
    phases = moment.phases(columns, dice.between(*_SPAN_S))
    baseline, way = dice.between(0.3, 0.7), dice.pick((-1.0, 1.0))
    room = (baseline if way > 0 else 1 - baseline) * dice.between(0.6, 0.95)
    systole = np.clip(np.sin(np.pi * np.minimum(phases / 0.42, 1)), 0, None) ** 0.7
    inflow = dice.between(0, 0.5) * np.exp(-(((phases - 0.66) / 0.09) ** 2))
    peak = room * np.maximum(systole, inflow)
    off = way * (baseline - np.linspace(0, 1, rows)[:, None])
    inside = (off > 0) & (off < peak[None])
    edge = np.exp(-(((off - 0.82 * peak[None]) / (0.06 + 0.25 * peak[None])) ** 2))
    grain = _scrolling(dice, rows, columns, moment)
    level = np.where(inside, 235 * edge, 0) * np.clip(0.55 + 0.5 * grain, 0, 1.3) + 14 * np.clip(grain, 0, None)
    level[round(baseline * (rows - 1))] = 170
    return _stacked(above, np.clip(level, 0, 255).astype(np.uint8), share)


def _scrolling(dice: Dice, rows: int, columns: int, moment: Moment) -> NDArray[np.float32]:
    """Return noise (rows, columns) of unit spread that moves to the left with the clock."""
    noise = cv2.GaussianBlur(dice.rng.standard_normal((_NOISE_SIDE, _NOISE_SIDE)).astype(np.float32), (0, 0), 1.1)
    noise = noise / noise.std()
    place = (np.arange(columns) + round(moment.time_s * 200)) % _NOISE_SIDE
    return np.asarray(noise[np.arange(rows)[:, None] % _NOISE_SIDE, place[None]], np.float32)


def _with_cursor(screen: Screen, picture: Picture, line: int, gate: float | None = None) -> Picture:
    """Draw one line of the fan, and the two strokes of a gate at a share of its depth."""
    layer = np.zeros((SAMPLES, LINES), np.uint8)
    layer[:, line : line + 2] = 255
    if gate is not None:
        for depth in (gate - 0.025, gate + 0.025):
            layer[round(depth * SAMPLES) : round(depth * SAMPLES) + 2, max(line - 9, 0) : line + 11] = 255
    picture[screen.place(layer) > 100] = _CURSOR
    return picture


def _stacked(above: Picture, trace: Grey, share: float) -> Picture:
    """Put the picture, shrunk, into the upper `share` of the screen and the trace with its axes below."""
    height, width = above.shape[:2]
    whole = np.zeros_like(above)
    top = round(share * height)
    small = (round(top * width / height), top)
    left = (width - small[0]) // 2
    whole[:top, left : left + small[0]] = cv2.resize(above, small, interpolation=cv2.INTER_AREA)
    whole[top:, : trace.shape[1]] = trace[..., None]
    thick = max(1, height // 480)
    cv2.line(whole, (0, top), (trace.shape[1], top), _AXIS, thick)
    for number in range(11):
        y = top + round((height - top - 1) * number / 10)
        cv2.line(
            whole, (trace.shape[1], y), (trace.shape[1] + (width // 60 if number % 5 else width // 35), y), _AXIS, 1
        )
    for x in range(0, trace.shape[1], max(8, width // 16)):
        cv2.line(whole, (x, height - max(2, height // 60)), (x, height - 1), _AXIS, thick)
    return whole
