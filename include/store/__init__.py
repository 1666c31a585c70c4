"""One bucket and prefix of S3, for both sides: objects, conditional writes, blobs, and errors typed by what to do next.

It imports only `include.contract` and third-party libraries, and heavy ones only when a request is made.
"""
