"""Where briefs come from: calendars, catalogues, feeds, asset events, each read into rows of a brief's fields.

Readers only read: which rows a run means, and whether a row is a brief, is decided by those who call them. Nothing is
kept that is not asked for, so that a table of any length is read in little memory.
"""
