"""A finished mail → the server that delivers it, by SMTP over TLS; the key is the environment's."""

from __future__ import annotations

import os
import smtplib
import ssl
from email import message_from_bytes
from email.policy import SMTP
from urllib.parse import urlsplit

_SECONDS = 30
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSentError(Exception):
    """A server did not take a mail; says why, and never the key."""


def send_mail(server: str, mail: bytes, key_env: str = "") -> None:
    """Send a mail to those whom its headers name.

    Args:
        server: `smtps://host:port`, or `smtp://host:port`, which goes on in TLS unless it is this machine.
        mail: as it lies in its file.
        key_env: the environment's variable with `user:password`; empty where the server asks for none.

    Raises:
        NotSentError: the server can't be reached, or refuses.
    """
    at = urlsplit(server)
    host, context = at.hostname or "", ssl.create_default_context()
    user, _, password = os.environ.get(key_env, "").partition(":") if key_env else ("", "", "")
    if key_env and not password:
        raise NotSentError(f"the environment has no user:password in {key_env}")
    try:
        with (
            smtplib.SMTP_SSL(host, at.port or 465, timeout=_SECONDS, context=context)
            if at.scheme == "smtps"
            else smtplib.SMTP(host, at.port or 587, timeout=_SECONDS) as link
        ):
            if at.scheme == "smtp" and host not in _NEAR:
                link.starttls(context=context)
            if key_env:
                link.login(user, password)
            link.send_message(message_from_bytes(mail, policy=SMTP))
    except smtplib.SMTPAuthenticationError as error:
        raise NotSentError(f"{host} refuses the user or password of {key_env} ({error.smtp_code})") from None
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSentError(f"{host} refuses {', '.join(sorted(error.recipients))}") from None
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise NotSentError(f"{host} answers {error.smtp_code} {text}") from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        raise NotSentError(f"{host}: {error}") from None
