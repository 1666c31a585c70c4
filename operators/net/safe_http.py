"""Web addresses that people name: requested safely, never inside this network unless that is allowed.

A name is resolved once, and the connection goes to the address that was checked: a name that changes its address in
between has no effect.
"""

from __future__ import annotations

import base64
import re
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from include.contract.errors import BadRequest, CorruptInput, SourceAway
from include.contract.parsing import unpacked
from include.contract.source import Fetched
from operators.net.addresses import is_public

if TYPE_CHECKING:
    import httpcore

TIMEOUT_S = 20.0
"""For each answer of the network, not for the request as a whole."""
MAX_FETCH_S = 60.0
"""For a request as a whole, including redirects."""
MAX_REDIRECTS = 5
_MAX_HOST_CHARACTERS = 253
_ASCII_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f.:]+(%[a-z0-9._-]+)?")
"""A name or an address. Underscores are not allowed in host names, but occur in the names of services."""
_PORTS = {"http": 80, "https": 443}
_TOO_MANY_REQUESTS = 429
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:-]{1,40})""", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class HttpAnswer:
    """A server's answer; its body is read on demand."""

    url: str
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    chunks: Iterator[bytes]
    """The body as it is transferred, compressed as `content-encoding` says."""

    @property
    def is_success(self) -> bool:
        """Whether the request succeeded."""
        return 200 <= self.status < 300

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status >= 500 or self.status == _TOO_MANY_REQUESTS

    @property
    def location(self) -> str | None:
        """The target of a redirect, as written; None if it is not a redirect."""
        return self.headers.get("location") if 300 <= self.status < 400 else None

    @property
    def charset(self) -> str:
        """Encoding of the body, as written; empty if it is not given."""
        match = _CHARSET.search(self.headers.get("content-type", ""))
        return match[1] if match else ""

    def body(self, max_bytes: int) -> bytes:
        """The whole body, unpacked if it is gzipped.

        :raises BadRequest: it has more than `max_bytes`, packed or not, or is compressed in another way.
        """
        packed = bytearray()
        for chunk in self.chunks:
            packed += chunk
            if len(packed) > max_bytes:
                raise BadRequest(f"{self.url:.200}: has more than {max_bytes} bytes, which is the most allowed")
        coding = self.headers.get("content-encoding", "").strip().lower()
        if coding in ("", "identity"):
            return bytes(packed)
        if coding not in ("gzip", "x-gzip"):
            raise BadRequest(
                f"{self.url:.200}: is compressed as {coding!r:.40}; allowed: gzip, once, or no compression"
            )
        try:
            return unpacked(bytes(packed), max_bytes, f"{self.url:.200}: its gzipped answer")
        except CorruptInput as error:
            raise BadRequest(str(error)) from error


@dataclass(frozen=True)
class _Place:
    """An address on the web, taken apart; its host as the network knows it, in ASCII."""

    host: str
    port: int
    url: httpcore.URL
    headers: dict[str, str]


@contextmanager
def asked(
    method: str,
    url: str,
    *,
    allow_private: bool,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    until: float | None = None,
) -> Iterator[HttpAnswer]:
    """The answer, its body not read yet; redirects are not followed.

    :param until: the monotonic time by which it has to be complete; default: `MAX_FETCH_S` from now.
    :raises BadRequest: not an address on the web, or one inside this network.
    :raises SourceAway: nobody answers.
    """
    import httpcore

    from operators.net.pinned import PinnedBackend

    place, began_at = _place_of(url), time.monotonic()
    until = until or began_at + MAX_FETCH_S
    backend = PinnedBackend(_address_of(place, url, allow_private), until)
    sent = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Atelier", **place.headers, **(headers or {})}
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream(
                method, place.url, headers=list(sent.items()), content=content, extensions={"timeout": timeouts}
            ) as response,
        ):
            yield HttpAnswer(url, response.status, _by_name(response.headers), response.iter_stream())
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        if time.monotonic() >= until:
            raise SourceAway(f"{url:.200}: takes more than {round(until - began_at, 1):g} s; this may pass") from error
        raise SourceAway(f"{url:.200}: does not answer: {error}") from error


def fetched(url: str, *, max_bytes: int, allow_private: bool, hosts: Sequence[str] | None = None) -> Fetched:
    """What is at `url`, following redirects, whose addresses are checked too.

    :param hosts: names of the only hosts that may be asked; `*.example.com` is every name below that one.
    :raises BadRequest: there is nothing, too much, or it cannot be reached.
    :raises SourceAway: nobody answers now.
    """
    place, until = url, time.monotonic() + MAX_FETCH_S
    gzipped = {"Accept-Encoding": "gzip"}
    for _ in range(MAX_REDIRECTS):
        _check_host(place, hosts)
        with asked("GET", place, allow_private=allow_private, headers=gzipped, until=until) as answer:
            if answer.location is not None:
                place = _led_to(place, answer.location)
                continue
            if answer.may_pass:
                raise SourceAway(f"{place:.200}: answers {answer.status}; this may pass")
            if not answer.is_success:
                raise BadRequest(f"{place:.200}: answers {answer.status}; check the address")
            return Fetched(answer.body(max_bytes), answer.charset)
    raise BadRequest(f"{url:.200}: redirects more than {MAX_REDIRECTS} times; name the final address")


def _check_host(url: str, hosts: Sequence[str] | None) -> None:
    host = _place_of(url).host.lower()
    names = {host, *(f"*.{host.split('.', at)[at]}" for at in range(1, host.count(".") + 1))}
    if hosts is not None and not names & {each.lower() for each in hosts}:
        raise BadRequest(f"{url:.200}: is at `{host}`; allowed by the deployment: {', '.join(hosts) or 'no host'}")


def _led_to(place: str, location: str) -> str:
    """Where `place` leads, checked to be an address at all."""
    try:
        led_to = urljoin(place, location)
        _place_of(led_to)
    except (ValueError, BadRequest) as error:
        raise BadRequest(f"{place:.200}: redirects to {location!r:.200}, which is not an address on the web") from error
    return led_to


def _place_of(url: str) -> _Place:
    import httpcore
    import httpx

    try:
        parts = urlsplit(url)
        host, port = _ascii_host(parts.hostname or ""), parts.port
        named = f"[{host}]" if ":" in host else host
        netloc = named if port is None else f"{named}:{port}"
        user, at, _ = parts.netloc.rpartition("@")
        quoted = httpx.URL(parts._replace(netloc=f"{user}{at}{netloc}", fragment="").geturl())
        target = httpcore.URL(scheme=parts.scheme, host=host, port=port, target=quoted.raw_path)
    except (ValueError, httpx.InvalidURL) as error:
        raise BadRequest(f"{url!r:.200}: is not an address on the web: {error}") from error
    if parts.scheme not in _PORTS:
        raise BadRequest(f"{url!r:.200}: is not an address on the web; allowed: http:// or https:// and a name")
    headers = {"Host": netloc}
    if at:
        credentials = base64.b64encode(f"{quoted.username}:{quoted.password}".encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    return _Place(host, _PORTS[parts.scheme] if port is None else port, target, headers)


def _ascii_host(host: str) -> str:
    """`host` as name servers and certificates have it: international names as UTS 46 and IDNA 2008 map them.

    :raises ValueError: it is no name and no address.
    """
    import idna

    if not 0 < len(host) <= _MAX_HOST_CHARACTERS:
        raise ValueError(f"its host has {len(host)} characters; allowed: 1 to {_MAX_HOST_CHARACTERS}")
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii")
    if not _ASCII_HOST.fullmatch(host):
        raise ValueError(f"`{host}` is not a host name")
    if ":" not in host:
        host.encode("idna")
    return host


def _by_name(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """A header that stands several times is a list, as RFC 9110, 5.3 has it."""
    named: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("ascii", "replace").lower(), value.decode("utf-8", "replace")
        named[key] = f"{named[key]}, {text}" if key in named else text
    return named


def _address_of(place: _Place, url: str, allow_private: bool) -> str:
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceAway(f"{url:.200}: the name `{place.host}` is not known: {error}") from error
    addresses = [str(info[4][0]) for info in found]
    inside = [address for address in addresses if not is_public(ip_address(address))]
    if inside and not allow_private:
        raise BadRequest(
            f"{url:.200}: leads to {inside[0]}, an address inside this network; allowed: public ones, or "
            "`allow_private_addresses: true` in the deployment"
        )
    return addresses[0]
