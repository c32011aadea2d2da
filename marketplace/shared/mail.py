"""Mail: plain text, rendered from a template, sent by SMTP or written to files.

A template's first line is the subject. Whatever is put into one is made a single line first, so that no
name or title can add a header or a paragraph of its own.
"""

from __future__ import annotations

import logging
import os
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import idna
from flask import Flask, current_app
from jinja2 import StrictUndefined

from .outbox import Delivery, GiveUp

log = logging.getLogger(__name__)

#: Seconds that a mail server may take for each answer.
TIMEOUT = 10.0

#: Bytes that every mail server takes.
POLICY = SMTP.clone(cte_type="7bit")


class MailNotTaken(Exception):
    """The mail server did not take a mail; the sentence has no password in it."""


class Mailer(Protocol):
    """Somebody who takes mail along."""

    def take(self, message: EmailMessage) -> None:
        """Take a mail along; raises MailNotTaken, or GiveUp when no attempt will succeed."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server by its address: `smtp://user:password@host:587`, or `smtps://…` for TLS from the start.

    With `smtp://` TLS is used when the server offers it; a password is sent over the network only so.
    """

    url: str = field(repr=False)

    def take(self, message: EmailMessage) -> None:
        """Hand the mail over to the server."""
        parts = urlsplit(self.url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        try:
            server = self._connected()
            try:
                if user:
                    server.login(user, password)
                server.send_message(message)
                with suppress(smtplib.SMTPException, OSError):  # the mail is taken, however they part
                    server.quit()
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as error:
            answers = list(error.recipients.values())
            said = "; ".join(_text(code, told) for code, told in answers)
            if all(code >= 500 for code, _ in answers):
                raise GiveUp(f"The mail server refuses the recipient: {said}") from None
            raise MailNotTaken(f"The mail server does not take the recipient now: {said}") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            said = str(error)
            if isinstance(error, smtplib.SMTPResponseException):
                said = _text(error.smtp_code, error.smtp_error)
            said = said.replace(password, "…") if password else said
            raise MailNotTaken(f"The mail server {parts.hostname} did not take the mail: {said}") from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
        try:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            elif parts.username and not _is_here(host):
                raise MailNotTaken(
                    f"The mail server {host} offers no TLS, so the password is not sent to it. "
                    "Use smtps:// or another port."
                )
        except BaseException:
            server.close()
            raise
        return server


@dataclass(frozen=True, slots=True)
class Folder:
    """Mail as files that any mail program opens, for development."""

    path: Path

    def take(self, message: EmailMessage) -> None:
        """Write the mail to a file of its own; the same mail again replaces it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.path / f"{re.sub(r'[^A-Za-z0-9.-]', '_', message['Message-ID'].strip('<>'))}.eml"
        fresh = file.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as whole:
            whole.write(message.as_bytes())
        fresh.replace(file)


class Memory:
    """Mail as a list, for tests."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def take(self, message: EmailMessage) -> None:
        """Keep the mail."""
        self.taken.append(message)


def init_app(app: Flask) -> None:
    """Choose who takes mail along: the SMTP server, else development's folder or the tests' list.

    A production without a mail server sends none, and says so in the log each time.
    """
    app.extensions["mail"] = _mailer(app)
    app.jinja_env.globals |= {"link": link, "address": address}


def send(told: Delivery, *, to: str, template: str, **values: Any) -> None:
    """Send the mail of this template about what was told; sent again, it has the same Message-ID.

    Raises what the mailer raises.
    """
    mailer: Mailer | None = current_app.extensions["mail"]
    if mailer is None:
        log.warning("No mail is sent about %s: MARKETPLACE_SMTP_URL is not set.", told.about)
        return
    mailer.take(compose(told, to=to, template=template, **values))


def compose(told: Delivery, *, to: str, template: str, **values: Any) -> EmailMessage:
    """The mail of this template; raises GiveUp for an address that is none."""
    # Straight from the template: the pages' context, such as who is signed in, is none of a mail's business.
    environment = current_app.jinja_env.overlay(
        finalize=_on_one_line,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(f"mails/{template}.txt").render(
        marketplace_name=current_app.config["NAME"], told=told, **values
    )
    subject, _, body = text.partition("\n")
    sender = _sender()
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = _recipient(to)
    # Python reads encoded words in what it is given; a name that looks like one stays the text that it is.
    message["Subject"] = subject.replace("=?", "= ?")
    message["Date"] = format_datetime(told.told_at)
    message["Message-ID"] = f"<{re.sub('[^A-Za-z0-9]', '.', told.id)}.{told.topic}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{body.strip()}\n")
    return message


def link(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for those who are not on one: under MARKETPLACE_BASE_URL."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def address(path: str) -> str:
    """The whole address of a path on this site."""
    return f"{current_app.config['BASE_URL'].rstrip('/')}{path}"


def _mailer(app: Flask) -> Mailer | None:
    if app.config["SMTP_URL"]:
        return SmtpServer(app.config["SMTP_URL"])
    if app.config["TESTING"]:
        return Memory()
    return Folder(Path(app.instance_path) / "mail") if app.config["ENV"] == "development" else None


def _sender() -> Address:
    name, spec = parseaddr(current_app.config["MAIL_FROM"])
    return Address(display_name=name or current_app.config["NAME"], addr_spec=spec)


def _recipient(address: str) -> Address:
    name, at, domain = address.rpartition("@")
    try:
        if at and not domain.isascii():
            domain = idna.encode(domain, uts46=True).decode()
        found = Address(addr_spec=f"{name}{at}{domain}")
        found.username.encode("ascii")
        return found
    except (ValueError, LookupError, MessageError):  # of which idna's and encoding's are some
        raise GiveUp(f"This is no address to send mail to: {address!r}") from None


def _on_one_line(value: Any) -> Any:
    """A text without line breaks and other control characters; other values as they are."""
    if not isinstance(value, str):
        return value
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _text(code: int, told: bytes | str) -> str:
    said = told.decode(errors="replace") if isinstance(told, bytes) else told
    return f"{code} {' '.join(said.split())}"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
