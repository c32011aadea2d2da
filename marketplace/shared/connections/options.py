"""What the clients of MongoDB and Redis are made with, for each kind of process."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
import socket
from typing import Any, Literal
from urllib.parse import unquote_plus

from pymongo.uri_parser import parse_uri
from redis.backoff import NoBackoff
from redis.retry import Retry

#: `web` answers requests, each of which has a deadline; `command` is everything else, and may take long.
Profile = Literal["web", "command"]

#: For every profile. No write concern is among them; `concerns.py` says why.
MONGO_OPTIONS: dict[str, Any] = {
    "tz_aware": True,
    "uuidRepresentation": "standard",
    "retryReads": True,
    "retryWrites": True,
    "readConcernLevel": "majority",
    "serverSelectionTimeoutMS": 10_000,
    "connectTimeoutMS": 1500,
    "waitQueueTimeoutMS": 3000,
    "heartbeatFrequencyMS": 1000,
    "maxPoolSize": 64,
    "maxIdleTimeMS": 60_000,
}

#: What an address may not say otherwise: the application is written for these.
_OURS = {"appname", "tz_aware", "uuidrepresentation", "retryreads", "retrywrites", "readconcernlevel"}

#: What an address may not say at all: these go with every write, and a transaction refuses them.
_REFUSED = {"w", "wtimeout", "wtimeoutms", "j", "journal", "fsync"}

#: A frozen Redis costs a request a third of a second, once; the library would try for half a minute.
REDIS_OPTIONS: dict[str, Any] = {
    "socket_timeout": 0.3,
    "socket_connect_timeout": 0.3,
    "retry": Retry(NoBackoff(), 0),
}

#: The longest application name that the server takes, in bytes.
_LONGEST_NAME = 128


def mongo_options(
    uri: str, profile: Profile, *, threads: int, request_timeout: float
) -> tuple[str, dict[str, Any]]:
    """The address and the options to make a client with.

    What the address says of pools and times counts before the profile.
    """
    place, mark, written = uri.partition("?")
    said = [option for option in re.split("[&;]", written) if option]
    kept = [option for option in said if _name(option) not in _REFUSED]
    if profile == "command":
        kept = [option for option in kept if _name(option) != "timeoutms"]
    options = MONGO_OPTIONS | {"appname": app_name(profile, os.getpid())}
    if profile == "web":
        options |= {"maxPoolSize": threads + 2, "timeoutMS": int(request_timeout * 1000)}
    if not _is_near(place):
        options["compressors"] = compressors()
    theirs = {_name(option) for option in kept} - _OURS
    return place + mark + "&".join(kept), {
        name: value for name, value in options.items() if name.lower() not in theirs
    }


def app_name(profile: Profile, pid: int) -> str:
    """What a process calls itself to the server, which shows whose connection and transaction each is."""
    start, end = f"marketplace-{profile}@", f":{pid}"
    host = socket.gethostname().encode()[: _LONGEST_NAME - len(start) - len(end)].decode(errors="ignore")
    return start + host + end


def compressors() -> list[str]:
    """How what travels further than this machine is made smaller, best first."""
    modules = {"zstd": "zstandard", "snappy": "snappy", "zlib": "zlib"}
    return [name for name, module in modules.items() if importlib.util.find_spec(module)]


def _name(option: str) -> str:
    return unquote_plus(option.partition("=")[0]).lower()


def _is_near(place: str) -> bool:
    """Whether all servers are on this machine, as far as the address tells."""
    if place.startswith("mongodb+srv:"):
        return False
    return all(_is_loopback(host) for host, _ in parse_uri(place)["nodelist"])


def _is_loopback(host: str) -> bool:
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
