"""The briefs of a run: from conf, rows and files to checked, complete briefs, before any stage starts (I4, I5, I9).

Here belong: what may be asked for, rows checked as briefs, music, and how people learn what is wrong with a brief.

Never here: reading tables and feeds (`sources/`), the trigger form (`dags/`).
"""
