"""Writing a piece as a whole: one structured request, one JSON document, in any language that the model writes.

Belongs here: what is asked and in which form the answer comes, what is wrong with an answer, and asking again. Never
here: what runs the model; and no given text is ever changed.

Reading order: `script` (what is asked of one form) → `author` (asking until it stands) → `letter` (what a request says)
→ `answering` (from an answer to its document) → `flaws`.
"""
