"""One bucket and prefix of S3, as both sides reach it: objects, conditions, blobs, and errors by what to do next.

It imports `include.contract` and third-party libraries alone; those that are heavy only when a request is made.
"""
