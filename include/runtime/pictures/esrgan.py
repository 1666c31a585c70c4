"""Real-ESRGAN animevideov3-x4 (Wang et al., 2021: SRVGGNetCompact), computed exactly.

Weights are rounded to multiples of 2⁻¹⁶ and activations to multiples of 2⁻¹², activations end at ±2¹¹, and all sums
are taken in doubles: no output channel's weights add up to 2⁸, so every product and partial sum is a multiple of 2⁻²⁸
below 2¹⁹, which a double holds exactly. So the result does not depend on the order of summation, and is the same bytes
on any processor with any number of threads. Floats have 24 bits for what takes 47 here: they cannot be exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from include.contract.errors import UnknownModel

FACTOR: Final = 4
_WIDTHS = (3, *[64] * 17, 48)
"""Channels between the layers: sixteen 3×3 convolutions of 64 between the first and the last."""
REACH_PX = len(_WIDTHS) - 1
"""How far a pixel's value reaches: one pixel a layer."""
_WEIGHT_STEP = 2.0**-16
_ACTIVATION_STEP = 2.0**-12
_ACTIVATION_END = 2.0**11
"""Far beyond what any picture gives: noise of pure colours reaches 420."""
_CHANNEL_SUM_END = 2.0**8
_NCNN_FP16_FLAG = 0x01306B47
_FILE_BYTES = 1_247_368
_BLOCK_COLUMNS = 2048
"""Columns of one product of matrices: few enough to stay in a core's cache from layer to layer of the sum."""


class Borders(NamedTuple):
    """On which sides the picture itself ends, where the network sees zeros. The order is torch's for padding."""

    left: bool
    right: bool
    top: bool
    bottom: bool


@dataclass(frozen=True)
class _Layer:
    """One 3×3 convolution and what follows it."""

    weight: torch.Tensor
    """Row × column × outputs × inputs."""
    bias: torch.Tensor
    slope: torch.Tensor | None
    """Of the values below zero; the last layer has none."""


class Network:
    """The network with its weights.

    :raises UnknownModel: the file is not the network this class knows.
    """

    def __init__(self, weights: Path) -> None:
        raw = weights.read_bytes()
        if len(raw) != _FILE_BYTES:
            raise UnknownModel(f"{weights.name}: has {len(raw)} bytes where animevideov3-x4 has {_FILE_BYTES}")
        self._layers: list[_Layer] = []
        offset = 0
        for inputs, outputs in zip(_WIDTHS[:-1], _WIDTHS[1:], strict=True):
            layer, offset = _read_layer(raw, offset, inputs, outputs)
            self._layers.append(layer)

    def enlarge(self, rgb: torch.Tensor, borders: Borders) -> torch.Tensor:
        """Enlarge `rgb`, bytes of 3 × height × width, four times each way.

        :returns: bytes; where `borders` says no, `REACH_PX` pixels of that side were context and are cut off.
        """
        source = rgb.to(torch.float64)
        values = _on_grid(source / 255.0, _ACTIVATION_STEP)
        for layer in self._layers:
            values = _convolved(values, layer, borders)
        left, right, top, bottom = (0 if border else REACH_PX for border in borders)
        height, width = source.shape[1:]
        kept = source[None, :, top : height - bottom, left : width - right]
        residual = functional.interpolate(kept, scale_factor=FACTOR, mode="nearest")
        full = functional.pixel_shuffle(values[None], FACTOR) * 255.0 + residual
        return full[0].round_().clamp_(0, 255).to(torch.uint8)


def _read_layer(raw: bytes, offset: int, inputs: int, outputs: int) -> tuple[_Layer, int]:
    """Read one layer of ncnn's format (flag, fp16 weights, fp32 bias, fp32 slopes), and where the next one starts."""
    if int.from_bytes(raw[offset : offset + 4], "little") != _NCNN_FP16_FLAG:
        raise UnknownModel(f"upscaler weights: no fp16 layer at byte {offset}; register animevideov3-x4's .bin")
    count = inputs * outputs * 9
    weight = _read(raw, offset + 4, count, "<f2").view(outputs, inputs, 3, 3).permute(2, 3, 0, 1).contiguous()
    if float(weight.abs().sum(dim=(0, 1, 3)).max()) >= _CHANNEL_SUM_END:
        raise UnknownModel(f"upscaler weights: the layer at byte {offset} is too large to be summed exactly")
    offset += 4 + (count * 2 + 3) // 4 * 4
    bias = _read(raw, offset, outputs, "<f4").view(-1, 1)
    offset += outputs * 4
    if offset == len(raw):
        return _Layer(weight, bias, None), offset
    return _Layer(weight, bias, _read(raw, offset, outputs, "<f4").view(-1, 1)), offset + outputs * 4


def _read(raw: bytes, offset: int, count: int, dtype: str) -> torch.Tensor:
    values = np.frombuffer(raw, dtype, count, offset).astype(np.float64)
    return _on_grid(torch.from_numpy(values), _WEIGHT_STEP)


def _on_grid(values: torch.Tensor, step: float) -> torch.Tensor:
    return torch.round(values / step) * step


def _convolved(values: torch.Tensor, layer: _Layer, borders: Borders) -> torch.Tensor:
    """One layer, as nine products of matrices a block; torch's own convolution of doubles takes four times as long.

    Rows lie end to end, so that a step to the right or down is a step along one axis; what runs over a row's end
    are two columns that are cut off.
    """
    left, right, top, bottom = map(int, borders)
    padded = functional.pad(values, (left, right, top, bottom + 1))
    channels, height, row = padded.shape
    flat = padded.view(channels, -1)
    steps = [(down * row + right, layer.weight[down, right]) for down in range(3) for right in range(3)]
    result = values.new_empty(layer.weight.shape[2], (height - 3) * row)
    for start in range(0, result.shape[1], _BLOCK_COLUMNS):
        block = result[:, start : start + _BLOCK_COLUMNS]
        total = layer.bias.repeat(1, block.shape[1])
        for step, weight in steps:
            total.addmm_(weight, flat[:, start + step : start + step + block.shape[1]])
        block.copy_(_activated(total, layer.slope))
    return result.view(-1, height - 3, row)[..., : row - 2]


def _activated(values: torch.Tensor, slope: torch.Tensor | None) -> torch.Tensor:
    if slope is not None:
        values = torch.where(values < 0, values * slope, values)
    return values.clamp_(-_ACTIVATION_END, _ACTIVATION_END).div_(_ACTIVATION_STEP).round_().mul_(_ACTIVATION_STEP)
