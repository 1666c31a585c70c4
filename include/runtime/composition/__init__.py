"""Pictures and speech become one film: timing, camera, typesetting, sound, encoding, and the checks of each.

What belongs here: all that turns a story's decoded inputs into frames, sound and subtitles, as functions of their
arguments alone, in memory that does not grow with the film's length. What never does: models, the store, requests,
and anything of another recipe.
"""
