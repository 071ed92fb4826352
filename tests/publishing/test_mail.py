"""A brief as a mail: what mail programs need, and the words of the brief."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.commands import Command
from tests.publishing.test_send import SLUG, brief_files, declare, publish, restated, run, tree, write_brief

__all__ = ["restated", "run"]
HEADERS = '{ From = "desk@example.org", To = "list@example.org", List-Unsubscribe = "<https://example.org/u>" }'


def read(name: str) -> EmailMessage:
    return message_from_bytes(Path(name).read_bytes(), policy=default)


def test_a_mail_has_its_charts_inside_and_a_plain_twin(run: Command) -> None:
    declare(f'to = "mail"\npath = "../blog"\nfront = {HEADERS}')
    assert publish(run).out.splitlines()[-1] == "4 published"
    assert sorted(tree()) == [f"blog/{SLUG}-{name}.eml" for name in ("chat-en", "chat-zh-hant", "en", "zh-hant")]
    mail = read(f"blog/{SLUG}-en.eml")
    page, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    assert page is not None and plain is not None
    shown = set(re.findall(r'src="cid:([^"]+)"', page.get_content()))
    inside = {str(part["Content-ID"]).strip("<>") for part in mail.walk() if part.get_content_type() == "image/png"}

    assert (mail["From"], mail["To"], mail["List-Unsubscribe"]) == (
        "desk@example.org",
        "list@example.org",
        "<https://example.org/u>",
    )
    assert mail["Date"] == "Sun, 15 Jun 2025 23:59:00 +0000"
    assert shown and shown == inside
    assert len(page.get_content().encode()) < 102_000
    assert not re.search(r"<(style|script|svg|link)\b", page.get_content())
    assert "$58,398" in plain.get_content() and "&#" not in plain.get_content() and "**" not in plain.get_content()


def test_the_same_brief_is_the_same_mail(run: Command) -> None:
    declare('to = "mail"\npath = "../blog"')
    publish(run)
    before = tree()
    assert publish(run).out == "4 unchanged\n"
    assert publish(run, "--replace").out == "4 unchanged\n"
    assert tree() == before


class _Server(socketserver.ThreadingTCPServer):
    """An SMTP server on this machine: what it took, and what it answers to DATA."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[tuple[list[str], bytes]] = []
        self.answer = "250 taken"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        receivers: list[str] = []
        self._say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                receivers.append(line.decode().split("<")[1].split(">")[0])
            if word == b"DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
                if self.server.answer.startswith("250"):
                    self.server.taken.append((receivers, b"".join(lines)))
                self._say(self.server.answer)
            else:
                self._say("221 bye" if word == b"QUIT" else "250 yes")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_mails_are_sent_once_and_what_a_server_refused_is_sent_later(run: Command, server: _Server) -> None:
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    declare(f'to = "mail"\npath = "../blog"\nfront = {HEADERS}\nserver = "{address}"\neditions = ["article"]')
    server.answer = "451 later"
    ran = publish(run)
    assert (ran.code, server.taken) == (1, [])
    assert ran.said[0] == (
        f"mail: {SLUG}-en.eml: 127.0.0.1 answers 451 later; run it again: what was sent is not sent twice"
    )
    server.answer = "250 taken"
    assert publish(run).out.splitlines()[-1] == "2 published"
    assert publish(run).out == "2 unchanged\n"

    assert [receivers for receivers, _ in server.taken] == [["list@example.org"]] * 2
    sent = message_from_bytes(server.taken[0][1], policy=default)
    assert (sent["Subject"], sent["Message-ID"]) == (
        read(f"blog/{SLUG}-en.eml")["Subject"],
        read(f"blog/{SLUG}-en.eml")["Message-ID"],
    )


def sending(server: _Server) -> str:
    address = f"smtp://127.0.0.1:{server.server_address[1]}"
    languages = '{ en = "en" }'
    return (
        f'to = "mail"\npath = "../blog"\nfront = {HEADERS}\nserver = "{address}"\n'
        f'editions = ["article"]\nlanguages = {languages}'
    )


def set_clock(monkeypatch: pytest.MonkeyPatch, minute: int) -> None:
    monkeypatch.setattr("reporter.cli.publish.read_clock", lambda: datetime(2025, 6, 17, 9, minute, tzinfo=UTC))


def list_subjects(server: _Server) -> list[str]:
    return [str(message_from_bytes(mail, policy=default)["Subject"]) for _, mail in server.taken]


@pytest.mark.parametrize("words", [(), ("--correct", "The exchange restated its close.")])
def test_a_correction_that_a_server_refused_is_sent_by_the_next_run(
    run: Command,
    server: _Server,
    restated: Mapping[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    declare(sending(server))
    publish(run)
    write_brief(restated)
    server.answer = "451 later"
    set_clock(monkeypatch, 30)
    ran = publish(run, "--correct", "The exchange restated its close.")
    assert (ran.code, len(server.taken)) == (1, 1)
    server.answer = "250 taken"
    set_clock(monkeypatch, 40)

    assert publish(run, *words).out.splitlines()[-1] == "1 corrected"
    assert len(server.taken) == 2
    assert publish(run).out == "1 unchanged\n"
    plain = read(f"blog/{SLUG}-en.eml").get_body(("plain",))
    assert plain is not None
    assert plain.get_content().count("The exchange restated its close.") == 1


def test_a_withdrawal_that_a_server_refused_is_sent_by_the_next_run(
    run: Command, server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(sending(server))
    publish(run)
    server.answer = "451 later"
    set_clock(monkeypatch, 30)
    assert publish(run, "--withdraw", "wrong").code == 1
    server.answer = "250 taken"

    assert publish(run).out.splitlines()[-1] == "1 withdrawn"
    assert list_subjects(server)[1:] == ["Withdrawn · 15 June 2025"]
    assert publish(run).out == "1 unchanged\n"
    assert publish(run, "--replace").out.splitlines()[-1] == "1 published"
    assert list_subjects(server)[2:] == list_subjects(server)[:1]


def test_a_correction_that_was_not_sent_is_not_forgotten_when_the_brief_is_built_anew(
    run: Command, server: _Server, restated: Mapping[str, bytes]
) -> None:
    declare(sending(server))
    publish(run)
    write_brief(restated)
    server.answer = "451 later"
    publish(run, "--correct", "restated")
    write_brief(brief_files())
    server.answer = "250 taken"

    assert publish(run).said == [
        f"mail {SLUG} article.en: a correction of it was not finished, and the brief is another one now; "
        "correct it again with --correct"
    ]


def test_a_mail_that_a_server_refused_is_sent_as_the_brief_is_later(
    run: Command, server: _Server, restated: Mapping[str, bytes]
) -> None:
    declare(sending(server))
    server.answer = "451 later"
    publish(run)
    write_brief(restated)
    server.answer = "250 taken"

    assert publish(run).out.splitlines()[-1] == "1 published"
    assert len(server.taken) == 1


def test_a_draft_is_sent_to_nobody_until_it_is_published(run: Command, server: _Server) -> None:
    declare(sending(server))
    assert publish(run, "--draft").out.splitlines()[-1] == "1 published"
    assert server.taken == []
    assert publish(run).out.splitlines()[-1] == "1 published"
    assert len(server.taken) == 1


def test_a_mail_that_is_sent_needs_somebody_to_go_to(run: Command) -> None:
    declare('to = "mail"\npath = "../blog"\nserver = "smtp://127.0.0.1:9"')
    assert "publish.front: a mail that is sent needs From and To" in publish(run).said[0]


def test_a_password_that_was_written_into_the_desk_is_not_shown(run: Command) -> None:
    declare('to = "mail"\npath = "../blog"\nserver = "smtp://me:secret@mail.example.org"')
    ran = publish(run)

    assert (ran.code, "secret" in ran.err) == (2, False)
    assert "its password belongs into the environment" in ran.said[0]
