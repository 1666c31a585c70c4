"""Painters of places, one file a kind of place: backdrop behind the things, foreground before them.

A painter takes colours from the mood and shapes from dice; it never chooses or places things.
"""
