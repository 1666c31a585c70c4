"""The door for files that others made: sound and films through `media`, pictures through `pictures`, by nothing else.

Whoever opens a file without saying which formats are meant lets it name other files of the machine, or addresses, and
take as much memory as it likes. Here belong: opening, what is allowed, and the words of a refusal.

Never here: what is done with samples and pixels; files that the same stage has just written.
"""
