"""Texts that break what is not careful: other scripts and directions, marks, joiners, markup, length."""

from __future__ import annotations

#: By what makes each of them hard.
TEXTS: dict[str, str] = {
    "right to left": "مقهى النخيل القديم",
    "both directions": "قهوة Arabica 250 غرام ‏(جديد)",
    "hebrew with points": "סֵפֶר יָשָׁן",
    "emoji": "👩🏽‍🚀 Rocket mug 🚀🇳🇱",
    "combining": "Cre\u0300me bru\u0302le\u0301e z\u0335\u0327a\u0337\u0328l\u0334go",
    "no latin": "手作りの湯呑み・青",
    "thai": "แก้วกาแฟเซรามิก",
    "outside the basic plane": "𝔉𝔯𝔞𝔨𝔱𝔲𝔯 𐐷 𠮷野家",
    "unbroken": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    "invisible": "zero\u200bwidth\u00a0and\u2060joined",
    "markup": '<b>O\'Hara & "Söhne"</b> {{ 7*7 }} </script>',
    "formula": "=1+1; DROP TABLE products; --",
    "dotted i": "İstanbul ıspanak ŞİŞE",
    "lines": "First line\nsecond line\ttabbed",
}


def longest(length: int, of: str = "é🏺a ") -> str:
    """A text of exactly so many characters, of several bytes each, without space at its ends."""
    text = (of * (length // len(of) + 1))[:length]
    return text[:-1] + "Z" if text[-1].isspace() else text
