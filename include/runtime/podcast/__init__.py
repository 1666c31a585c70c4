"""From a conversation's speech to an episode: its schedule, the mix, audio files with tags, transcripts, a cover.

Belongs here: everything that turns an episode's inputs into files, in memory that does not grow with its length, and
opening the finished files again. Never here: models, the store, requests, feeds, or changing what is said.

Reading order: `episode` → `schedule` → `mix` → `encoding` → `tags` → `transcript` → `checks`.
"""
