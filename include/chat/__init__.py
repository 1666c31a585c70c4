"""How a conversation becomes the text that a model reads: by the model's own chat template, which is a foreign program.

Both sides use it: whoever adds a model tries its template, and stages apply it. Never here: tokens.
"""
