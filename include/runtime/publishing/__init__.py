"""Puts finished pieces where readers find them, `published/<place>/` or a folder, and takes them away again.

Order is everything: files first, under a folder named by their digest, then the piece's `item.json`, then the index of
its day, the content type's index, feed and gallery, so that what one of them names is always there. What several runs
write is written by `If-Match` loops only, and each of these is made from the ones before it, read after its own ETag:
whoever changes something writes what follows from it afterwards, so nothing that was written is lost and nothing old
stays. A tombstone is looked for before and after an index is written, for the same reason.

Never here: memoisation (W10), the bytes of a file, which the store copies by itself.
"""
