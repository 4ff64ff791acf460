"""Addresses and URLs."""

from __future__ import annotations

import pytest

from tests.core.api.cel.evaluating import failure, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ip('127.0.0.1').family() + ip('::1').family()", 10),
        ("ip('::1').isLoopback() && ip('0.0.0.0').isUnspecified()", True),
        ("ip('169.254.1.1').isLinkLocalUnicast() && ip('224.0.0.1').isLinkLocalMulticast()", True),
        ("ip('10.0.0.1').isGlobalUnicast() && !ip('127.0.0.1').isGlobalUnicast()", True),
        ("ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')", True),
        ("isIP('1.2.3') || isIP('::ffff:1.2.3.4')", False),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3')", True),
        ("cidr('10.0.0.0/8').containsIP(ip('11.1.2.3'))", False),
        ("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.0.0.0/8').containsCIDR('::/64')", True),
        ("string(cidr('10.1.2.3/8').masked())", "10.0.0.0/8"),
        ("string(cidr('10.1.2.3/8').ip())", "10.1.2.3"),
        ("cidr('10.0.0.0/8').prefixLength()", 8),
        ("isCIDR('10.0.0.0')", False),
        ("url('https://example.com:80/a%20b?k=v&k=w').getHost()", "example.com:80"),
        ("url('https://[::1]:80/').getHostname() + url('https://[::1]:80/').getPort()", "::180"),
        ("url('https://example.com/a b'.replace(' ', '%20')).getEscapedPath()", "/a%20b"),
        ("url('https://example.com?k=v&k=w').getQuery()", {"k": ["v", "w"]}),
        ("url('/path').getScheme()", ""),
        ("isURL('https://a:b:c/') || isURL('../x') || isURL('') || isURL('a b')", False),
        ("isURL('https://example.com')", True),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source) == expected


def test_errors() -> None:
    assert failure("ip('x')").startswith('IP Address "x" parse error during conversion from string')
    assert failure("ip('fe80::1%eth0')") == 'IP address "fe80::1%eth0" with zone value is not allowed'
    assert failure("cidr('10.0.0.0')").startswith("network address parse error during conversion from string")
    assert failure("url('x')").startswith("URL parse error during conversion from string")
