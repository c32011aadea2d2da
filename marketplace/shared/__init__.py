"""The kernel: what every context builds on and none of them owns.

Values, errors, documents, repositories and transactions serve the rules; schemas, http and sessions
serve the web. Nothing here knows a context.
"""
