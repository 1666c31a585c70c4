"""Prices as catalogues write them, and the currencies of ISO 4217."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from include.contract.values import CleanText

_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
    COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_WITH_FOUR = "CLF UYW"
DECIMALS = {
    code: decimals
    for decimals, codes in ((0, _WITHOUT_DECIMALS), (2, _WITH_TWO), (3, _WITH_THREE), (4, _WITH_FOUR))
    for code in codes.split()
}
"""Every currency of ISO 4217 in which something can have a price, with its number of decimals."""
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₩": "KRW", "zł": "PLN", "฿": "THB"}
_PLAIN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<by>[.,'’ \u00a0\u2009\u202f])[0-9]{3}((?P=by)[0-9]{3})*", re.ASCII)
_GROUPED_IN_INDIA = re.compile(r"[1-9][0-9]?(,[0-9]{2})+,[0-9]{3}", re.ASCII)
_COMMA = re.compile(r"(?P<whole>[0-9]{1,12}),(?P<part>[0-9]{1,4})", re.ASCII)
_GROUP_DIGITS = 3
_LONGEST = 20
"""Of a price, in characters."""
_MOST_DECIMALS = 2
"""That are kept of a number with zeros at its end: a column of a table may give each of its numbers four."""


def _number_as_text(value: object) -> object:
    """YAML and spreadsheets give a price as a number."""
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < _LONGEST:
        text = format(value, "f")
        whole, point, part = text.partition(".")
        return f"{whole}{point}{part[:_MOST_DECIMALS]}{part[_MOST_DECIMALS:].rstrip('0')}"
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def _plain_number(text: str) -> str:
    """`1.299,00`, `1,299.00` and `12,5` as plain numbers; what could be two numbers is refused."""
    plain = text if _PLAIN.fullmatch(text) else _plain_of(text)
    if plain is None or not _PLAIN.fullmatch(plain):
        raise ValueError("is not a plain number such as 1299 or 12.50; the currency goes in `currency`")
    return plain


def _plain_of(text: str) -> str | None:
    for decimal_sign in ",.":
        whole, sign, part = text.rpartition(decimal_sign)
        if sign and part.isdecimal() and _group_sign(whole) not in (None, decimal_sign):
            return f"{_without_groups(whole)}.{part}"
    comma = _COMMA.fullmatch(text)
    if _group_sign(text) is None:
        return f"{comma['whole']}.{comma['part']}" if comma else None
    if comma:
        raise ValueError(f"may be {_without_groups(text)} or {text.replace(',', '.')}; write the one you mean")
    return _without_groups(text)


def _group_sign(text: str) -> str | None:
    """What stands between the thousands of a whole number, of lakhs and crores too; None where nothing does."""
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        return grouped["by"]
    return "," if _GROUPED_IN_INDIA.fullmatch(text) else None


def _without_groups(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _currency_code(text: str) -> str:
    if text in DECIMALS:
        return text
    meant = _SIGNS.get(text, text.upper())
    guess = f"; did you mean `{meant}`?" if meant in DECIMALS else ", such as EUR, USD or JPY"
    raise ValueError(f"is not a currency of ISO 4217{guess}")


def check_decimals(price: str, currency: str) -> None:
    """Refuse a price with more decimals than its currency has: its point may separate thousands.

    :raises ValueError: with what may be meant.
    """
    whole, _, part = price.partition(".")
    allowed = DECIMALS[currency]
    is_more = bool(part[allowed:].strip("0")) or (len(part) > allowed and len(part) == _GROUP_DIGITS)
    if not is_more:
        return
    meant = [f"{round(Decimal(price), allowed)}"] + ([f"{whole}{part}"] if len(part) == _GROUP_DIGITS else [])
    raise ValueError(
        f"`price` has {len(part)} decimals (found {price!r}), and {currency} has {allowed or 'none'}; write "
        f"{' or '.join(meant)}"
    )


Price = Annotated[
    str,
    BeforeValidator(_number_as_text),
    CleanText(_LONGEST),
    AfterValidator(_plain_number),
    WithJsonSchema({"type": ["string", "number"], "maxLength": _LONGEST}),
]
"""A plain number in text, such as `12.50`."""
Currency = Annotated[str, CleanText(20), AfterValidator(_currency_code)]
"""A code of ISO 4217, such as `EUR`."""
