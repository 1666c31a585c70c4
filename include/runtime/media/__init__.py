"""Sound and typeset text, for all kinds of pieces: decoded, measured, levelled; shaped and broken into lines.

Here belong: reading media that people bring or stages made, loudness, typesetting and line breaks.

Never here: what only one kind of piece needs (`composition/`, `podcast/`, `cards/`, `pages/`).
"""
