"""Who is on the other side: enough to recognise a device of one's own, too little to follow anybody."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: What tells a browser, the telling before the general: Edge also says Chrome, and Chrome says Safari.
BROWSERS = (
    (r"Edg(A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|CriOS)/", "Chrome"),
    (r"Safari/", "Safari"),
)

#: The same for systems: Android also says Linux, and an iPhone says Mac OS X.
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Browser and system as a person calls them, such as "Firefox on Linux"; a program's own name."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, user_agent)), None)
    if browser is None:
        program = re.match(r"[\w.-]{1,40}", user_agent, re.ASCII)
        return program[0] if program else "Unknown browser"
    system = next((name for sign, name in SYSTEMS if sign in user_agent), None)
    return f"{browser} on {system}" if system else browser


def origin_of(address: str | None) -> str:
    """What tries are counted by: an IPv4 address, or the first half of an IPv6 one, which is one home's."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((int(found), 64), strict=False))


def network_of(address: str | None) -> str:
    """The beginning of an address, which many share: 203.0.113.x, 2001:db8:1::x; empty for none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return f"{str(found).rpartition('.')[0]}.x"
    return f"{IPv6Network((int(found), 48), strict=False).network_address}x"
