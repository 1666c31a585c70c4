"""Writing a text: a small language model is asked part by part, and what it answers is checked.

Belongs here: the questions the model is asked, the generation loop, cleaning and judging what it writes, and
what can be extracted from a given text (titles, hashtags, key words). Never here: the store, requests,
outputs, where a model's files are; and no given text is ever changed.

Reading order: `writer` (a whole script) → `arc` (which scene says what) → `telling` → `asking` → `quality`.
"""
