"""A small mail server in a thread: it speaks SMTP, and does what a test says."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.pem")


class MailServer:
    """Takes mail on a port of its own; `mails` are what it took, `said` the lines of its clients.

    `answers` replaces the answer to a command by its first word. With `tls` it offers STARTTLS, with
    `tls="at once"` it speaks nothing else.
    """

    def __init__(self, *, tls: str = "", silent: bool = False, **answers: str) -> None:
        self.mails: list[bytes] = []
        self.said: list[str] = []
        self.encrypted = False
        self._tls, self._silent, self._answers = tls, silent, answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            try:
                with connection:
                    self._speak(connection)
            except OSError:  # a client that does not trust the certificate goes
                continue

    def _speak(self, connection: socket.socket) -> None:
        if self._silent:
            connection.recv(1)
            return
        if self._tls == "at once":
            connection = self._wrapped(connection)
        file = connection.makefile("rwb")
        file.write(b"220 here\r\n")
        file.flush()
        while line := file.readline():
            text = line.decode().strip()
            self.said.append(text)
            word = text.split()[0].lower()
            answer = self._answer(word)
            file.write(answer.encode())
            file.flush()
            if answer.startswith("354"):
                mail = b""
                while (line := file.readline()) != b".\r\n":
                    mail += line
                self.mails.append(mail)
                file.write(b"250 taken\r\n")
                file.flush()
            if word == "starttls":
                connection = self._wrapped(connection)
                file = connection.makefile("rwb")
            if word == "quit":
                break
        file.close()
        connection.close()

    def _answer(self, word: str) -> str:
        if word in self._answers:
            return f"{self._answers[word]}\r\n"
        if word == "ehlo":
            offers = ["AUTH PLAIN"] + (["STARTTLS"] if self._tls == "offered" and not self.encrypted else [])
            return "250-here\r\n" + "\r\n".join(f"250-{one}" for one in offers) + "\r\n250 HELP\r\n"
        plain = {"data": "354 go on", "auth": "235 welcome", "starttls": "220 go on", "quit": "221 bye"}
        return f"{plain.get(word, '250 fine')}\r\n"

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        secure = context.wrap_socket(connection, server_side=True)
        self.encrypted = True
        return secure

    @property
    def login(self) -> str:
        """The user and the password that a client gave."""
        told = next(line for line in self.said if line.startswith("AUTH PLAIN"))
        return base64.b64decode(told.split()[2]).decode().replace("\0", "/").strip("/")
