"""The embedded redis-server: small, private to its directory, and it remembers across restarts."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from .binaries import how_to_install, missing_libraries
from .errors import EmbeddedServersFailed
from .files import last_lines, read_json, write_json
from .processes import LOOPBACK, Process, free_port, is_free, when_ready

LONGEST_SOCKET_PATH = 99  #: bytes; the kernel's own limit is 107

# Every write goes to the append-only file, so that a session survives even a kill -9, and no snapshot is
# written beside it. What has no time to live is never dropped for want of memory; sessions and counters
# have one, and the longest unused of them go first: as on most managed servers.
CONFIGURATION = """\
{listen}
dir {data}
daemonize no
databases 16
save ""
appendonly yes
appendfsync everysec
auto-aof-rewrite-min-size 4mb
maxmemory 64mb
maxmemory-policy volatile-lru
"""


@dataclass
class Redis:
    """The Redis of one directory: its data in `redis/`, its log in `redis.log`.

    It listens on a socket in the directory. Where the directory's path is too long for one, it listens on
    a loopback port with a random password, both of which are remembered.
    """

    binary: Path
    directory: Path
    port: int = field(init=False, default=0)
    password: str = field(init=False, default="")

    name = "redis"

    @property
    def address(self) -> str:
        """The socket's path, or host and port."""
        return f"{LOOPBACK}:{self.port}" if self.port else str(self._socket)

    @property
    def uri(self) -> str:
        """What a client connects to."""
        if self.port:
            return f"redis://:{self.password}@{self.address}/0"
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def log(self) -> Path:
        """The file that takes its output."""
        return self.directory / "redis.log"

    @property
    def command(self) -> list[str]:
        """The command line of the server."""
        return [str(self.binary), str(self._configuration)]

    def prepare(self, lock: int) -> None:
        """Make the data directory, settle the address and write the configuration."""
        data = self.directory / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        if len(os.fsencode(self._socket)) <= LONGEST_SOCKET_PATH:
            listen = f"port 0\nunixsocket {_quoted(self._socket)}\nunixsocketperm 600"
        else:
            self._settle_port()
            listen = f"bind {LOOPBACK}\nport {self.port}\nrequirepass {self.password}"
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(CONFIGURATION.format(listen=listen, data=_quoted(data)))

    def wait_until_ready(self, process: Process) -> str:
        """Return the server's version as soon as it has loaded its data.

        Raises `EmbeddedServersFailed` with the reason when it does not come to that.
        """
        version = when_ready(process, self._ask_for_version)
        if version is None:
            missing = missing_libraries(self.binary)
            why = how_to_install(missing) if missing else "".join(last_lines(self.log, 1)).strip() + "."
            raise EmbeddedServersFailed(f"redis-server cannot start: {why} Its log is {self.log}.")
        return version

    @property
    def _socket(self) -> Path:
        return self.directory / "redis.sock"

    @property
    def _configuration(self) -> Path:
        return self.directory / "redis.conf"

    def _settle_port(self) -> None:
        remembered = read_json(self.directory / "redis.json") or {}
        self.port = int(remembered.get("port", 0))
        self.password = str(remembered.get("password") or secrets.token_hex(16))
        if not self.port or not is_free(self.port):
            self.port = free_port()
        write_json(self.directory / "redis.json", {"port": self.port, "password": self.password})

    def _ask_for_version(self) -> str | None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        try:
            with redis.Redis.from_url(self.uri, retry=Retry(NoBackoff(), 0)) as client:
                client.ping()
                return str(client.info("server")["redis_version"])
        except redis.RedisError:
            return None


def _quoted(path: Path) -> str:
    """Return the path as Redis' configuration wants it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
