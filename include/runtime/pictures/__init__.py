"""What is done to finished pictures: made upright and opaque, cropping, enlarging, fitting to a size.

What belongs here: functions from pixels to pixels that give the same bytes on any number of cores. What never does:
text set over a picture, models other than the upscaler's, the store, requests, and anything of one recipe.
"""
