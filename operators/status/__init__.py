"""How far a run is, item by item: while it goes on and afterwards, from the store alone.

status.py    what is known of a run, its stages, their tasks and items
left.py      which objects each try of a task has left
reading.py   what they say
"""
