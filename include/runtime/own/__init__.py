"""What people bring themselves, conformed to what stages make: decoded in a process of its own, which has limits.

Here belong: that process, how it is asked, and what it does with pictures, recordings and clips.

Never here: which scene they are of, what is made of them, the store.
"""
