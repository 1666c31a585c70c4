"""What readers find: checked byte by byte, restored, and copied to this machine.

Never here: publishing itself, which is a stage's work.
"""
