"""Decisions of the contact centre that need no database."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class PageToSend:
    """A page as it is handed on: its address, and a message with title, short answer and address."""

    address: str
    message: str
    mail: str


def page_to_send(title: str, summary: str, address: str) -> PageToSend:
    """The texts to hand a page on with. ``mail`` is an address that opens a new e-mail to nobody yet."""
    message = f"{title}\n\n{summary}\n\n{address}"
    # Mail programs want the line ends of mail.
    body = quote(message.replace("\n", "\r\n"), safe="")
    return PageToSend(address, message, f"mailto:?subject={quote(title, safe='')}&body={body}")
