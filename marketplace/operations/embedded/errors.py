"""What can keep the embedded servers from running. Each message is a sentence for the person who reads it."""


class EmbeddedServersFailed(Exception):
    """The embedded servers could not be started or stopped."""


class NoServerBinary(EmbeddedServersFailed):
    """This machine has no mongod, or no redis-server, that can be started."""
