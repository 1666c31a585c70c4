from __future__ import annotations

import pytest

from operators.models.headers import Header, Tensor, bytes_of, elements_of


def test_floating_weights_take_the_precision_that_they_are_loaded_in_and_others_keep_theirs() -> None:
    header = Header({"w": Tensor(10, 20, is_floating=True), "ids": Tensor(3, 24, is_floating=False)})
    assert header.bytes == 44
    assert header.bytes_in(4) == 64
    assert header.bytes_in(2) == 44


def test_a_tensor_has_as_many_numbers_as_its_shape_says() -> None:
    assert elements_of([], "scalar") == 1
    assert elements_of([3, 4], "w") == 12
    assert elements_of([0, 4], "none") == 0


@pytest.mark.parametrize("shape", [[-1], [True], ["2"], [2.0], [2**60], [1] * 17])
def test_what_is_no_shape_is_refused(shape: list[object]) -> None:
    with pytest.raises(ValueError, match="tensor 'w' has"):
        elements_of(shape, "w")


def test_what_is_kept_in_blocks_fills_them() -> None:
    assert bytes_of(64, 32, 18, "w") == 36
    with pytest.raises(ValueError, match="fill no blocks of 32"):
        bytes_of(63, 32, 18, "w")
