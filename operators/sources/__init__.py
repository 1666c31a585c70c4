"""Where briefs come from: calendars, catalogues, feeds, asset events, each read into rows of a brief's fields.

Here belong: the sources that come with Atelier, how any source reaches what it names, and which items of a feed are due
for a run. Only what is needed is kept, so that a table of any length is read in little memory.

Never here: whether a row is a brief, and what a run's conf adds to it (`briefs/`).
"""
