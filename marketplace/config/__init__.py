"""Every setting of the application, where it comes from, and what production demands of it.

A setting named `CURRENCY` is read from the environment variable `MARKETPLACE_CURRENCY`, else from
`instance/settings.toml` (`currency = "EUR"`), else it has its default. The addresses of the servers and
the secret key are also known under the names that hosting platforms give them: `MONGODB_URI`,
`REDIS_URL` and `SECRET_KEY`.
"""

from .loading import ConfigurationError, load
from .settings import DEVELOPMENT_SECRET, PREFIX, SETTINGS, Environment, Setting

__all__ = ["DEVELOPMENT_SECRET", "PREFIX", "SETTINGS", "ConfigurationError", "Environment", "Setting", "load"]
