"""A brief as a mail: what mail programs need, and the words of the brief."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.commands import Command
from tests.publishing.test_send import SLUG, declare, publish, run, tree

__all__ = ["run"]
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
