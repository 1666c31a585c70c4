"""A finished film handed over to an editor: tracks, and the media that lie on them, in one file.

Belongs here: laying a film out on tracks, and writing them as editing programs read them. Never here: making a picture
or a sound that the film has not.

Reading order: `tracks` → `otio` → `mlt` → `archive`.
"""
