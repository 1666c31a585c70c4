"""How evenly a camera moves in a finished film: the corner of a mark in the picture is followed from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np

_AROUND_PX = 14
"""How far around it the corner is sought again one frame later."""
_BLUR_PX = 3.0
"""Else a hard edge, which has no place between pixels, draws the corner to whole ones: by 0.2 px, so by 0.02."""
_CUT_PX = 40
"""How far around it the picture is looked at."""
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 100, 1e-4)


def second_differences(film: Path, stretches: Sequence[range]) -> np.ndarray:
    """By how many pixels each step of the corner differs from the step before, for all frames of `stretches`.

    :param stretches: for each scene, the frames in which its picture alone is seen, subtitles below the mark aside.
    :raises ValueError: the film lacks one of these frames.
    """
    paths: list[list[np.ndarray]] = []
    with av.open(str(film)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            stretch = next((each for each in stretches if index in each), None)
            if stretch is None:
                continue
            luma = frame.to_ndarray(format="gray")
            if index == stretch.start:
                paths.append([])
            place = paths[-1][-1] if paths[-1] else _plainest_corner(luma)
            paths[-1].append(_corner_near(place, luma))
    if [len(path) for path in paths] != [len(stretch) for stretch in stretches]:
        raise ValueError(f"{film} ends too early: frames up to {stretches[-1].stop - 1} were expected")
    return np.concatenate([np.linalg.norm(np.diff(path, 2, axis=0), axis=1) for path in paths])


def _plainest_corner(luma: np.ndarray) -> np.ndarray:
    """Where it is, in pixels from the top left; sought up on the left, where `films.mark` draws one."""
    height, width = luma.shape
    mask = np.zeros_like(luma)
    mask[height // 6 : height // 2, width // 6 : width // 2] = 255
    (corner,) = cv2.goodFeaturesToTrack(luma, 1, 0.01, 1, mask=mask, blockSize=_AROUND_PX // 2)
    return np.asarray(corner[0], np.float64)


def _corner_near(place: np.ndarray, luma: np.ndarray) -> np.ndarray:
    """The corner near `place`, to fractions of a pixel."""
    left, top = (int(each) - _CUT_PX for each in place)
    cut = luma[top : top + 2 * _CUT_PX, left : left + 2 * _CUT_PX].astype(np.float32)
    smooth, start = cv2.GaussianBlur(cut, (0, 0), _BLUR_PX), np.array([[place - (left, top)]], np.float32)
    (corner,) = cv2.cornerSubPix(smooth, start, (_AROUND_PX, _AROUND_PX), (-1, -1), _STOP)
    return np.asarray(corner[0] + (left, top), np.float64)
