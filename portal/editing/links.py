"""Asking whether an address still answers: politely, and never an address inside a network of our own.

The name is resolved here and the connection goes to the address that was checked, so that a name that points elsewhere
a moment later, or a redirect, leads nowhere it should not. One request at a time, with a pause for each host.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

PAUSE_SECONDS = 5.0
TIMEOUT_SECONDS = 8.0
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Answers of those who do not want to be asked by machines; people may well get the page.
_NOT_FOR_MACHINES = frozenset({401, 403, 405, 406, 429, 999})
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`]+")
# Addresses that stand for another one inside.
_TUNNELS = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class NotPublic(OSError):
    """The name leads into a network that is not public, or to a port that web pages do not use."""


@dataclass(frozen=True)
class Answer:
    """What came of asking. ``status`` is None where there was no answer; then ``reason`` says why."""

    status: int | None
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Whether people probably get a page there."""
        return self.status is not None and (self.status < 400 or self.status in _NOT_FOR_MACHINES)


@dataclass
class Pacer:
    """Leaves time between two requests to one host."""

    pause: float = PAUSE_SECONDS
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)

    def before(self, host: str) -> None:
        """Wait until the host may be asked again."""
        last = self._last.get(host)
        if last is not None and (left := last + self.pause - self.clock()) > 0:
            self.wait(left)
        self._last[host] = self.clock()


def ask(url: str, *, agent: str, pacer: Pacer, allow_loopback: bool = False) -> Answer:
    """Ask for an address: the head of the page, and the page where the head is refused.

    ``agent`` says who asks. ``allow_loopback`` is for tests with a server on this machine.
    """
    answer = _follow("HEAD", url, agent, pacer, allow_loopback)
    if answer.status is not None and answer.status >= 400:
        answer = _follow("GET", url, agent, pacer, allow_loopback)
    return answer


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in one for one in _TUNNELS):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def addresses_in(value: Any) -> Iterator[str]:
    """The web addresses in a record or in a part of one, those in its Markdown too."""
    if isinstance(value, str):
        yield from (one.rstrip(".,;:!?*_") for one in _ADDRESS.findall(value))
    elif isinstance(value, dict):
        for one in value.values():
            yield from addresses_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from addresses_in(one)


def _follow(method: str, url: str, agent: str, pacer: Pacer, allow_loopback: bool) -> Answer:
    for _ in range(MAX_REDIRECTS + 1):
        try:
            status, target = _request(method, url, agent, pacer, allow_loopback)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(None, f"{type(error).__name__}: {error}"[:200])
        if status not in _REDIRECTS or not target:
            return Answer(status)
        url = urljoin(url, target)
    return Answer(None, "too many redirects")


def _request(method: str, url: str, agent: str, pacer: Pacer, allow_loopback: bool) -> tuple[int, str | None]:
    """(status, where it redirects to). The body is not read."""
    parts = urlsplit(url)
    host, secure = parts.hostname, parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise NotPublic("not an address of the web")
    port = parts.port or (443 if secure else 80)
    if port not in (80, 443) and not allow_loopback:
        raise NotPublic(f"port {port}")
    pacer.before(host)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    connection.sock = _connect(host, port, secure, allow_loopback)
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        # Characters that stand in addresses as people copy them, but not in requests.
        path = "".join(one if "!" <= one <= "~" else "".join(f"%{byte:02X}" for byte in one.encode()) for one in path)
        headers = {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers.get("Location")
    finally:
        connection.close()


def _connect(host: str, port: int, secure: bool, allow_loopback: bool) -> socket.socket:
    """A connection to the first address of the host, if all its addresses are public."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        loopback = ipaddress.ip_address(address.partition("%")[0]).is_loopback
        if not is_public(address) and not (allow_loopback and loopback):
            raise NotPublic(f"{host} is {address}")
    plain = socket.create_connection((found[0], port), timeout=TIMEOUT_SECONDS)
    if not secure:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
