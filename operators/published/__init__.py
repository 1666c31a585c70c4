"""What readers find: read byte by byte, put right, and brought to this machine.

Never here: publishing itself, which is a stage's work.
"""
