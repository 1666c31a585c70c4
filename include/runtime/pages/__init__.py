"""From an article and its pictures to what people read: web pages, Markdown, pictures in several formats and widths.

Belongs here: templates, encoders and their settings, escaping, and opening the finished files again. Never here: the
store, requests, writing or changing a text. Whatever a text says is data: each form escapes it in its own way.

`templating` serves every page, podcasts' and the gallery's too. Reading order: `pictures` → `page` and
`templates/` → `markdown` → `checks`.
"""
