from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader
from jinja2.exceptions import UndefinedError

from marketplace.config import Environment
from marketplace.shared import mail
from marketplace.shared.mail import Folder, MailNotTaken, SmtpServer
from marketplace.shared.outbox import Delivery, GiveUp
from tests.shared.mail_server import CERTIFICATE, MailServer

TOLD = Delivery("jar:6a#3", "jar.filled", "jar:6a", 3, {}, datetime(2026, 3, 4, 5, 6, tzinfo=UTC), 1)

TEMPLATE = """{{ name }} is full

Dear {{ name }},
{% if spoons %}
It took {{ spoons }} spoons.
{% endif %}
Yours
"""


@pytest.fixture(autouse=True)
def template(app, monkeypatch) -> None:
    """A mail of the tests' own."""
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader({"mails/full.txt": TEMPLATE}))


def composed(to: str = "ada@example.com", **values: Any) -> EmailMessage:
    return mail.compose(TOLD, to=to, template="full", **{"name": "Jar", "spoons": None} | values)


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)


# Composing


def test_a_mail_has_its_subject_and_its_text_from_the_template(app):
    message = composed(spoons=3)

    assert message["Subject"] == "Jar is full"
    assert message.get_content() == "Dear Jar,\nIt took 3 spoons.\nYours\n"
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Sundry <shop@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_name_that_looks_like_an_encoded_header_is_text(app):
    message = composed(name="=?utf-8?q?Hi=0D=0ABcc:a=40b.co=0D=0A=0D=0APay?=")

    received = read(message.as_bytes())

    assert received["Bcc"] is None
    assert "Bcc:a" not in str(received["Subject"]).replace("=0ABcc", "")
    assert received.get_content().startswith("Dear ")


def test_the_same_row_makes_the_same_mail(app):
    assert composed()["Message-ID"] == "<jar.6a.3.jar.filled@localhost>"
    assert composed()["Date"] == "Wed, 04 Mar 2026 05:06:00 +0000"
    assert composed().as_bytes() == composed().as_bytes()


def test_a_name_adds_neither_headers_nor_lines(app):
    message = read(composed(name="Jar\r\nBcc: eve@example.com\n\nPay here:\x00\u2028evil").as_bytes())

    assert message["Bcc"] is None
    assert message["Subject"] == "Jar Bcc: eve@example.com Pay here: evil is full"
    assert message.get_content().splitlines()[0] == "Dear Jar Bcc: eve@example.com Pay here: evil,"


def test_words_of_any_language_travel_in_seven_bits(app):
    data = composed(name="Jürgens Töpfe 陶器").as_bytes()

    assert data.isascii()
    assert read(data)["Subject"] == "Jürgens Töpfe 陶器 is full"
    assert read(data).get_content().startswith("Dear Jürgens Töpfe 陶器,")


def test_markup_is_text_like_any_other(app):
    message = composed(name="<script>alert('&')</script>")

    assert message.get_content_type() == "text/plain"
    assert "Dear <script>alert('&')</script>," in message.get_content()


@pytest.mark.parametrize(
    ("to", "envelope"),
    [
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@STRASSE.Example", "ada@STRASSE.Example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_a_domain_in_other_letters_is_written_as_mail_servers_know_it(app, to, envelope):
    message = composed(to=to)

    assert message["To"].addresses[0].addr_spec == envelope
    assert message.as_bytes().isascii()


@pytest.mark.parametrize(
    "wrong",
    ["ada", "ada@example.com\nBcc: eve@example.com", "a@b@c", "", "ädä@example.com", "a@\u2488com.example"],
)
def test_what_is_no_address_gets_no_mail(app, wrong):
    with pytest.raises(GiveUp, match="This is no address to send mail to"):
        composed(to=wrong)


def test_a_value_that_the_template_misses_is_an_error(app):
    with pytest.raises(UndefinedError):
        mail.compose(TOLD, to="ada@example.com", template="full", name="Jar")


def test_the_sender_may_have_a_name_of_its_own(app):
    app.config["MAIL_FROM"] = '"The Jars, Ltd" <jars@shop.example>'

    assert composed()["From"] == '"The Jars, Ltd" <jars@shop.example>'
    assert composed()["Message-ID"].endswith("@shop.example>")


@pytest.mark.parametrize("base", ["https://shop.example", "https://shop.example:8443/market"])
def test_links_lead_to_where_people_reach_the_marketplace(app, base):
    app.config["BASE_URL"] = base

    link = mail.link("ordering_pages.show_order", number="7F3K-9Q2D", key="a+b")

    assert link == f"{base}/order/7F3K-9Q2D?key=a%2Bb"


# Where mail goes


def mailer_of(app, monkeypatch, **config: Any) -> Any:
    for name, value in config.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setitem(app.extensions, "mail", None)
    mail.init_app(app)
    return app.extensions["mail"]


def test_development_keeps_mail_in_the_instance_folder(app, monkeypatch):
    chosen = mailer_of(app, monkeypatch, ENV=Environment.DEVELOPMENT, TESTING=False)

    assert chosen == Folder(Path(app.instance_path) / "mail")


def test_an_address_of_a_mail_server_counts_everywhere(app, monkeypatch):
    assert mailer_of(app, monkeypatch, SMTP_URL="smtp://mail.example") == SmtpServer("smtp://mail.example")


def test_production_without_a_mail_server_sends_nothing_and_says_so(app, monkeypatch, caplog):
    assert mailer_of(app, monkeypatch, ENV=Environment.PRODUCTION, TESTING=False, BASE_URL="") is None

    mail.send(TOLD, to="ada@example.com", template="full")

    assert "No mail is sent about jar:6a: MARKETPLACE_SMTP_URL is not set." in caplog.text


def test_a_mail_in_the_folder_is_a_file_that_only_its_owner_reads(app, tmp_path):
    folder = Folder(tmp_path / "mail")

    folder.take(composed(name="first"))
    folder.take(composed(name="again"))

    (file,) = folder.path.iterdir()
    assert file.name == "jar.6a.3.jar.filled_localhost.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert read(file.read_bytes())["Subject"] == "again is full"


def test_a_mail_that_cannot_be_written_whole_is_not_there(app, tmp_path, monkeypatch):
    message = composed()
    monkeypatch.setattr(EmailMessage, "as_bytes", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        Folder(tmp_path).take(message)

    assert list(tmp_path.glob("*.eml")) == []


# By SMTP


@pytest.fixture
def trusted(monkeypatch) -> None:
    """The certificate of the tests' server is known."""
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    monkeypatch.setattr(ssl, "create_default_context", lambda: context)


def test_a_mail_reaches_the_server_as_it_was_composed(app):
    with MailServer() as server:
        SmtpServer(f"smtp://127.0.0.1:{server.port}").take(composed(name="Töpfe"))

    (taken,) = server.mails
    assert read(taken)["Subject"] == "Töpfe is full"
    assert read(taken)["Message-ID"] == "<jar.6a.3.jar.filled@localhost>"
    assert server.said[1:] == ["mail FROM:<shop@localhost>", "rcpt TO:<ada@example.com>", "data", "quit"]


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "offered"), ("smtps", "at once")])
def test_a_password_travels_encrypted(app, trusted, scheme, tls):
    with MailServer(tls=tls) as server:
        SmtpServer(f"{scheme}://shop:p%40ss@localhost:{server.port}").take(composed())

    assert server.encrypted
    assert server.login == "shop/p@ss"
    assert len(server.mails) == 1


def test_a_certificate_that_nobody_knows_is_refused(app):
    with (
        MailServer(tls="offered") as server,
        pytest.raises(MailNotTaken, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        SmtpServer(f"smtp://shop:secret@localhost:{server.port}").take(composed())

    assert server.mails == []


def test_without_tls_a_password_is_sent_to_this_machine_only(app, monkeypatch):
    with MailServer() as server:
        address = f"smtp://shop:secret@localhost:{server.port}"
        SmtpServer(address).take(composed())
        monkeypatch.setattr(mail, "_is_here", lambda host: False)
        with pytest.raises(MailNotTaken, match="offers no TLS, so the password is not sent to it"):
            SmtpServer(address).take(composed())

    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.5", True), ("::1", True), ("10.0.0.1", False), ("x", False)],
)
def test_what_this_machine_is_called(host, here):
    assert mail._is_here(host) is here


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"auth": "535 no: secret"}, "535 no: …"),
        ({"mail": "451 later"}, "451 later"),
        ({"rcpt": "450 mailbox busy"}, "does not take the recipient now: 450 mailbox busy"),
        ({"data": "554 spam"}, "554 spam"),
    ],
)
def test_what_the_server_says_no_to_is_told_without_the_password(app, answers, said):
    with (
        MailServer(**answers) as server,
        pytest.raises(MailNotTaken) as refused,
    ):
        SmtpServer(f"smtp://shop:secret@localhost:{server.port}").take(composed())

    assert said in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(SmtpServer("smtp://shop:secret@localhost"))


def test_a_mail_that_was_taken_is_sent_even_if_they_part_badly(app):
    with MailServer(quit="500 what?") as server:
        SmtpServer(f"smtp://localhost:{server.port}").take(composed())

    assert len(server.mails) == 1


def test_a_recipient_that_does_not_exist_is_not_tried_again(app):
    with (
        MailServer(rcpt="550 no such user") as server,
        pytest.raises(GiveUp, match="The mail server refuses the recipient: 550 no such user"),
    ):
        SmtpServer(f"smtp://localhost:{server.port}").take(composed())


def test_a_server_that_is_not_there_is_named(app):
    with MailServer() as server:
        port = server.port

    with pytest.raises(MailNotTaken, match=r"The mail server localhost did not take the mail: .*refused"):
        SmtpServer(f"smtp://shop:secret@localhost:{port}").take(composed())


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(app, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 0.1)

    with (
        MailServer(silent=True) as server,
        pytest.raises(MailNotTaken, match="timed out"),
    ):
        SmtpServer(f"smtp://localhost:{server.port}").take(composed())
