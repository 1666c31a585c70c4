"""Real-ESRGAN animevideov3-x4 for small flat art, computed exactly.

Weights are rounded to multiples of 2⁻¹⁶ and activations to multiples of 2⁻¹², and all sums are taken in doubles:
every product and partial sum is then a multiple of 2⁻²⁸ below 2²⁴, which a double holds exactly. So the result
does not depend on the order of summation, and is the same bytes on any processor with any number of threads.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from include.contract.errors import UnknownModel

FACTOR = 4
_WIDTHS = (3, *[64] * 17, 48)
"""Channels between the layers: sixteen 3×3 convolutions of 64 between the first and the last."""
_WEIGHT_STEP = 2.0**-16
_ACTIVATION_STEP = 2.0**-12
_NCNN_FP16_FLAG = 0x01306B47
_FILE_BYTES = 1_247_368
_MARGIN_PX = 6
"""Repeated border, so that the network's zero padding never shows."""


def _on_grid(values: torch.Tensor, step: float) -> torch.Tensor:
    return torch.round(values / step) * step


def _convolve(values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Convolve 3×3 with a border of zeros, as nine products of matrices.

    torch's own convolution of doubles takes three times as long.
    """
    height, width = values.shape[2:]
    padded = functional.pad(values, (1, 1, 1, 2))[0]
    row = width + 2
    flat = padded.reshape(padded.shape[0], -1)
    total = torch.zeros(weight.shape[0], height * row, dtype=values.dtype)
    for down in range(3):
        for right in range(3):
            start = down * row + right
            total.addmm_(weight[:, :, down, right].contiguous(), flat[:, start : start + height * row])
    return total.view(1, -1, height, row)[..., :width]


class Upscaler:
    """Enlarges pictures four times.

    :raises UnknownModel: the file is not the network this class knows.
    """

    def __init__(self, weights: Path) -> None:
        raw = weights.read_bytes()
        if len(raw) != _FILE_BYTES:
            raise UnknownModel(f"{weights.name}: has {len(raw)} bytes where animevideov3-x4 has {_FILE_BYTES}")
        self._layers: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._slopes: list[torch.Tensor] = []
        offset = 0
        for index, (inputs, outputs) in enumerate(zip(_WIDTHS[:-1], _WIDTHS[1:], strict=True)):
            offset = self._read_convolution(raw, offset, inputs, outputs)
            if index < len(_WIDTHS) - 2:
                slopes = np.frombuffer(raw, "<f4", outputs, offset).astype(np.float64)
                self._slopes.append(_on_grid(torch.from_numpy(slopes), _WEIGHT_STEP).view(1, -1, 1, 1))
                offset += outputs * 4

    def _read_convolution(self, raw: bytes, offset: int, inputs: int, outputs: int) -> int:
        """Read one layer of ncnn's format (flag, fp16 weights, fp32 bias); return where the next one starts."""
        count = inputs * outputs * 9
        if int.from_bytes(raw[offset : offset + 4], "little") != _NCNN_FP16_FLAG:
            raise UnknownModel(f"upscaler weights: no fp16 layer at byte {offset}; register animevideov3-x4's .bin")
        offset += 4
        weight = np.frombuffer(raw, "<f2", count, offset).astype(np.float64).reshape(outputs, inputs, 3, 3)
        offset += (count * 2 + 3) // 4 * 4
        bias = np.frombuffer(raw, "<f4", outputs, offset).astype(np.float64)
        grid = (
            _on_grid(torch.from_numpy(weight), _WEIGHT_STEP),
            _on_grid(torch.from_numpy(bias), _WEIGHT_STEP).view(1, -1, 1, 1),
        )
        self._layers.append(grid)
        return offset + outputs * 4

    def enlarge(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Enlarge `rgb`, height × width × 3, four times each way."""
        padded = np.pad(rgb, ((_MARGIN_PX, _MARGIN_PX), (_MARGIN_PX, _MARGIN_PX), (0, 0)), mode="edge")
        source = torch.from_numpy(padded.astype(np.float64).transpose(2, 0, 1)[None])
        with torch.inference_mode():
            values = _on_grid(source / 255.0, _ACTIVATION_STEP)
            for (weight, bias), slope in zip(self._layers, [*self._slopes, None], strict=True):
                values = _convolve(values, weight) + bias
                if slope is not None:
                    values = torch.where(values < 0, values * slope, values)
                values = _on_grid(values, _ACTIVATION_STEP)
            residual = functional.interpolate(source, scale_factor=FACTOR, mode="nearest")
            full = functional.pixel_shuffle(values, FACTOR) * 255.0 + residual
            crop = _MARGIN_PX * FACTOR
            pixels = full[0, :, crop:-crop, crop:-crop].round().clamp(0, 255)
        return np.ascontiguousarray(pixels.numpy().astype(np.uint8).transpose(1, 2, 0))
