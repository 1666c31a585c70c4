"""Product cards: a picture above a panel of text, in any script and of any length, that can always be read.

What belongs here: the panel's layout, its colours, and drawing both into pixels, as functions of their arguments alone.
What never does: cropping and enlarging (`include.runtime.pictures`), shaping text (`media.typesetting`), files.

Reading order: `card` (the whole) → `panel` → `lettering` → `tones`.
"""
