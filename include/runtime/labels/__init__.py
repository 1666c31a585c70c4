"""A piece says that a machine made it: to people in words of its own language, to machines in its metadata.

What belongs here: the words, and the marks in files. Where each medium shows or says them is its own business; what
made a piece is told by `include.contract.digital_source`.

Reading order: `label` → `words` → `marks` → `reading`.
"""
