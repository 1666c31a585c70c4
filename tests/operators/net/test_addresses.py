from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operators.net.addresses import is_public

INSIDE = st.sampled_from(
    ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "224.0.0.0/4"]
).flatmap(lambda network: st.ip_addresses(network=network))
OUTSIDE = st.ip_addresses(network="93.184.216.0/24")
MAPPED, NAT64, SIX_TO_FOUR = "::ffff:0:0", "64:ff9b::", "2002::"
OTHER_FORMS = ("::", "::ffff:0:0:0", "64:ff9b:1::", "2606:4700::5efe:0:0", "2606:4700::200:5efe:0:0")
"""IPv4-compatible and IPv4-translated addresses, local NAT64, and ISATAP's two."""


def within(prefix: str, inner: IPv4Address) -> IPv6Address:
    """The address under `prefix` that carries `inner`."""
    return IPv6Address(int(IPv6Address(prefix)) + (int(inner) << (80 if prefix == SIX_TO_FOUR else 0)))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d822", True),
        ("2002:5db8:d822::1", True),
        ("::ffff:93.184.216.34", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("192.88.99.1", False),
        ("192.0.0.8", False),
        ("::1", False),
        ("::", False),
        ("::5db8:d822", False),
        ("::ffff:0:93.184.216.34", False),
        ("64:ff9b:1::5db8:d822", False),
        ("2001:0:5db8:d822::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("2001:db8::1", False),
    ],
)
def test_only_what_the_internet_leads_to_is_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@given(INSIDE)
def test_an_address_inside_is_private_in_whatever_form_it_is_carried(inner: IPv4Address) -> None:
    assert not is_public(inner)
    assert not any(is_public(within(prefix, inner)) for prefix in (MAPPED, NAT64, SIX_TO_FOUR, *OTHER_FORMS))


@given(OUTSIDE)
def test_an_address_outside_is_public_in_the_forms_that_the_internet_routes(inner: IPv4Address) -> None:
    assert is_public(inner)
    assert all(is_public(within(prefix, inner)) for prefix in (MAPPED, NAT64, SIX_TO_FOUR))


@given(st.ip_addresses(v=6))
def test_of_other_addresses_only_global_unicast_is_public(address: IPv6Address) -> None:
    carries = address.ipv4_mapped or address in ipaddress.ip_network("64:ff9b::/96")
    assert carries or not is_public(address) or address in ipaddress.ip_network("2000::/3")
