"""How much memory the rows of an Arrow batch take once they are Python's, known before they are."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyarrow import Array, DataType, RecordBatch

_VALUE_BYTES = 64
"""What a value takes beside its text."""


def row_bytes(batch: RecordBatch) -> list[int]:
    """For each row the bytes of its text, repeated as often as it stands there, and some for each value.

    :raises ValueError: it has a type of column that no field of a brief can be made from.
    """
    import pyarrow.compute as pc

    if not batch.columns:
        return []
    sizes: list[int] = reduce(pc.add, map(weights, batch.columns)).to_pylist()
    return sizes


def weights(array: Array) -> Array:
    """For each value what it takes.

    :raises ValueError: as `row_bytes`.
    """
    import pyarrow.compute as pc
    from pyarrow import types

    kind = array.type
    if types.is_dictionary(kind):
        own = pc.fill_null(_whole(pc.binary_length(array.dictionary)).take(array.indices), 0)
    elif _is_text(kind):
        own = _whole(pc.binary_length(array))
    elif types.is_struct(kind):
        own = reduce(pc.add, map(weights, array.flatten()), _nothing(len(array)))
    elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        own = _of_lists(array)
    elif types.is_nested(kind):
        raise ValueError(f"no field of a brief is of the type {kind!s:.40}")
    else:
        own = _nothing(len(array))
    return pc.add(own, _VALUE_BYTES)


def longest(array: Array) -> int:
    """Bytes of the longest text in the dictionaries of `array`; 0 where it has none."""
    import pyarrow.compute as pc
    from pyarrow import types

    if types.is_dictionary(array.type):
        return pc.max(pc.binary_length(array.dictionary)).as_py() or 0
    return max(map(longest, array.flatten()), default=0) if types.is_struct(array.type) else 0


def _is_text(kind: DataType) -> bool:
    from pyarrow import types

    return any(
        is_it(kind) for is_it in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    )


def _of_lists(array: Array) -> Array:
    """For each list the weights of its values together."""
    import pyarrow.compute as pc
    from pyarrow import concat_arrays

    values = weights(array.flatten())
    up_to = concat_arrays([_nothing(1), pc.cumulative_sum(values)])
    counts = _whole(pc.list_value_length(array))
    ends = pc.cumulative_sum(counts)
    return pc.subtract(up_to.take(ends), up_to.take(pc.subtract(ends, counts)))


def _whole(numbers: Array) -> Array:
    from pyarrow import int64

    return numbers.fill_null(0).cast(int64())


def _nothing(count: int) -> Array:
    from pyarrow import int64, repeat, scalar

    return repeat(scalar(0, int64()), count)
