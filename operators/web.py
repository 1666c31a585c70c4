"""Addresses on the web that people name: asked for safely, never inside this network unless that is allowed.

A name is resolved once and the connection goes to the address that was checked: a name that changes its address in
between gets nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

from include.contract.errors import BadRequest, SourceAway

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20.0
"""For each answer of the network, not for the whole."""
MAX_FETCH_S = 60.0
MAX_REDIRECTS = 5
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@contextmanager
def asked(method: str, url: str, *, allow_private: bool, **arguments: Any) -> Iterator[httpx.Response]:
    """The answer, its body not read yet; redirects are not followed.

    :raises BadRequest: no address on the web, or one inside this network.
    :raises SourceAway: nobody answers.
    """
    import httpx

    parts, port = _parts_of(url)
    host = parts.hostname or ""
    address = _address_of(host, port, url, allow_private)
    pinned = httpx.URL(url).copy_with(host=address)
    headers = {"Host": parts.netloc.rpartition("@")[2], **arguments.pop("headers", {})}
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(method, pinned, headers=headers, extensions={"sni_hostname": host}, **arguments)
        try:
            response = client.send(request, stream=True)
            try:
                yield response
            finally:
                response.close()
        except httpx.TransportError as error:
            raise SourceAway(f"{url:.200}: does not answer: {error}") from error


def fetched(url: str, *, max_bytes: int, allow_private: bool) -> bytes:
    """What lies at `url`, redirects followed, each to an address that is checked anew.

    :raises BadRequest: there is nothing, too much, or no way there.
    :raises SourceAway: nobody answers now.
    """
    place, until = url, time.monotonic() + MAX_FETCH_S
    for _ in range(MAX_REDIRECTS):
        with asked("GET", place, allow_private=allow_private) as response:
            if response.is_redirect:
                place = _led_to(place, response)
                continue
            if response.status_code >= 500 or response.status_code == 429:
                raise SourceAway(f"{place:.200}: answers {response.status_code}; it may pass")
            if not response.is_success:
                raise BadRequest(f"{place:.200}: answers {response.status_code}; check the address")
            return _bounded(response, place, max_bytes, until)
    raise BadRequest(f"{url:.200}: leads on more than {MAX_REDIRECTS} times; name the address where it ends")


def _bounded(response: httpx.Response, url: str, max_bytes: int, until: float) -> bytes:
    """The body; `until` is a moment of the monotonic clock."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > max_bytes:
            raise BadRequest(f"{url:.200}: has more than {max_bytes} bytes; allowed: that many")
        if time.monotonic() > until:
            raise SourceAway(f"{url:.200}: takes more than {MAX_FETCH_S:g} s; it may pass")
    return bytes(body)


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether the internet leads to it; of an IPv6 address that stands for an IPv4 one, whether it leads to that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _led_to(place: str, response: httpx.Response) -> str:
    location: str = response.headers.get("location", "")
    try:
        return urljoin(place, location)
    except ValueError as error:
        raise BadRequest(f"{place:.200}: leads to {location!r:.200}, which is no address on the web") from error


def _parts_of(url: str) -> tuple[SplitResult, int]:
    """The address taken apart, and its port."""
    import httpx

    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        name = (parts.hostname or "").encode("idna")
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise BadRequest(f"{url!r:.200}: is not an address on the web: {error}") from error
    if parts.scheme not in ("http", "https") or not name:
        raise BadRequest(f"{url:.200}: is not an address on the web; allowed: http:// or https:// and a name")
    return parts, port


def _address_of(host: str, port: int, url: str, allow_private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceAway(f"{url:.200}: the name `{host}` is not known: {error}") from error
    addresses = [str(info[4][0]) for info in found]
    inside = [address for address in addresses if not is_public(ipaddress.ip_address(address))]
    if inside and not allow_private:
        raise BadRequest(
            f"{url:.200}: leads to {inside[0]}, an address inside this network; allowed: public ones, or "
            "`allow_private_addresses: true` in the deployment"
        )
    return addresses[0]
