"""Which addresses are on the public internet, whatever form an address has."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_UNICAST = IPv6Network("2000::/3")
"""Of IPv6, what the internet routes (RFC 4291, 2.4): neither unique local, link-local and site-local addresses, nor the
deprecated and translated forms of IPv4 addresses in ::/96 and ::ffff:0:0:0/96, nor local NAT64 in 64:ff9b:1::/48."""
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, RFC 6890
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, RFC 7526
)
_DOCUMENTATION = IPv6Network("3fff::/20")
_ISATAP = 0x5EFE
"""Upper half of an interface's id, but for its universal bit, whose lower half is an IPv4 address (RFC 5214, 6.1)."""
_UNIVERSAL = 0x0200_0000


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is on the public internet; for an IPv6 address that stands for an IPv4 one, whether that is."""
    if isinstance(address, IPv6Address):
        return _is_public(address)
    return address.is_global and not address.is_multicast and not any(address in network for network in _SPECIAL)


def _is_public(address: IPv6Address) -> bool:
    if not all(is_public(inner) for inner in _inner(address)):
        return False
    if address.ipv4_mapped or address.sixtofour or address in _NAT64:
        return True
    return address in _UNICAST and address not in _DOCUMENTATION and address.is_global


def _inner(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that it carries."""
    lower = IPv4Address(int(address) & 0xFFFF_FFFF)
    upper = int(address) >> 32 & 0xFFFF_FFFF & ~_UNIVERSAL
    if address.ipv4_mapped or address in _NAT64 or upper == _ISATAP:
        yield lower
    if address.sixtofour:
        yield address.sixtofour
