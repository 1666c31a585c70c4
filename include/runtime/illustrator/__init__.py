"""The built-in illustrator: draws what a prompt names, without downloaded weights and without a GPU.

Belongs here: finding the things that a prompt mentions, planning a shot, and painting it. The drawing is a pure
function of prompt, look, language, size and seed. Never here: the store, requests, records, the network,
or anything that knows of a run.

Reading order: `sketch` (the whole in one function) → `vocabulary` → `planning` → `composition` → `layout` → `scenery` →
`props`.
"""
