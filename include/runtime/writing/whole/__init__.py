"""Writing a piece as a whole: one structured request, one JSON document, in any language that the model writes.

Belongs here: what is asked, the form of the answer, what is wrong with an answer, and asking again. Never
here: what runs the model; and no given text is ever changed.

Reading order: `script` (what is asked of a form) → `author` (asking until it is right) → `letter` (what a request says)
→ `answering` (from an answer to its document) → `flaws`.
"""
