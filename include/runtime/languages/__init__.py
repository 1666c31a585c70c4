"""What differs from language to language: where sentences end, where words may part, how wide they are shown.

Pure functions of a text and the BCP 47 tag of its language. Never here: what a stage makes of it.
"""
