"""Voices: from a narration as written to sound, and when each part of it is heard.

Here belong splitting into sentences and subtitle lines (`segments`), turning written into spoken words (`normalise` and
what it calls, with the words of each language in `spoken_forms.yaml`; `traced` keeps which became which), the engines
(`english`, `espeak`), putting their sound together (`narrator`), saying when each word is heard (`word_times`) and
measuring sound (`audio`).
Never here: params, inputs and outputs of a stage, the store, subtitle files, music; and never espeak-ng itself in this
process: it is GPL-3.0 and keeps state between utterances, so it lives in `espeak_worker`, a process of its own.
"""
