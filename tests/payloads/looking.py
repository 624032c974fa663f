"""Looking at an answer for what a payload became: as words it may stand anywhere; as an element, attribute, header or address nowhere."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pikepdf
from werkzeug.test import TestResponse

from tests.payloads.corpus import ALL, MARK, PRODUCT

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ud800-\udfff]")
_TOLD = re.compile(r"sqlite3|psycopg|sqlalchemy|Traceback \(most|syntax error at|jinja2\.|root:x:0:|File \"/", re.IGNORECASE)
_HEADERS = {"location", "content-disposition", "refresh"}
_COOKIES = ("session=", "device=", "__Host-session=", "__Host-device=")
_ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset", "background", "cite", "ping"}
# A place on this site, a telephone number, an address of the government; never two slashes, which lead elsewhere.
_OURS = re.compile(r"$|[#?]|/(?![/\\])|tel:|mailto:|https://|data:image/")
_NEVER = {"iframe", "object", "embed", "base", "applet", "frame", "frameset", MARK}


@dataclass
class Found:
    """What a run sent, saw, and found wrong."""

    sent: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    kinds: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def words(self) -> str:
        """One line of figures."""
        seen = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.seen.items()))
        sent = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.sent.items()))
        return f"{len(ALL)} payloads; sent: {sent}; looked at, of {len(self.kinds)} kinds: {seen}; {len(set(self.wrong))} wrong"


def look(answer: TestResponse, where: str, found: Found) -> Any:
    """Look at one answer for anything that a payload became. Its page as a tree, where it is one."""
    if answer.status_code >= 500:
        found.wrong.append(f"{where}: {answer.status_code}")
    found.wrong += [f"{where}: {problem}" for problem in _header_problems(answer)]
    kind = answer.mimetype or ""
    found.seen[kind] += 1
    if kind == "application/pdf":
        found.wrong += [f"{where}: {problem}" for problem in _pdf_problems(answer.get_data(), found)]
        return None
    if kind not in {"text/html", "application/json", "application/problem+json", "text/plain"}:
        found.wrong.append(f"{where}: a page of the kind {kind}")
        return None
    text = answer.get_data().decode()
    found.wrong += [f"{where}: {problem}" for problem in text_problems(text)]
    if "json" in kind:
        json.loads(text)
    if kind != "text/html":
        return None
    tree = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    nonce = re.search(r"nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    found.wrong += [f"{where}: {problem}" for problem in tree_problems(tree, nonce[1] if nonce else "")]
    shown = "".join(tree.itertext())
    found.shown |= {payload for payload in ALL if payload in shown}
    return tree


def _header_problems(answer: TestResponse) -> Iterator[str]:
    """Headers that a payload made or reached; a word that somebody looks for may stand in an address of our own."""
    for name, value in answer.headers:
        ours = name.lower() == "location" and urlsplit(value).netloc == ""
        # What is in a cookie is signed and packed, where any three letters stand by chance: whose cookie it is counts.
        strange = name.lower() == "set-cookie" and not value.startswith(_COOKIES)
        if MARK in name.lower() or strange or (name.lower() in _HEADERS and MARK in value.lower() and not ours):
            yield f"header {name}: {value[:80]}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"


def text_problems(text: str) -> Iterator[str]:
    """What must stand in no answer at all: a template that was worked out, a letter that reorders or hides, a word of the machine room."""
    if PRODUCT in text:
        yield "a template was worked out"
    yield from (f"the character U+{ord(one):04X}" for one in set(_FORBIDDEN.findall(text)))
    yield from (f"the words {one!r}" for one in set(_TOLD.findall(text)))


def tree_problems(tree: Any, nonce: str) -> Iterator[str]:
    """Elements, attributes and addresses of a page that are none of ours."""
    for element in tree.iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag.rpartition("}")[2] in _NEVER or (tag == "meta" and element.get("http-equiv")):
            yield f"the element {tag}"
        if tag == "script" and not (element.get("nonce") == nonce or (element.get("src") or "").startswith("/static/")):
            if element.get("type") != "application/json":
                yield "a script of somebody else"
            else:
                json.loads(element.text or "")
        for name, value in element.attrib.items():
            plain = str(name).lower()
            if plain.startswith("on") or MARK in plain:
                yield f"the attribute {plain}"
            if plain in _ADDRESSES and (not _OURS.match(value) or MARK in urlsplit(value).netloc):
                yield f"the address {value[:60]!r}"


def _pdf_problems(data: bytes, found: Found) -> Iterator[str]:
    """Actions and addresses in a PDF, and what its text must not say."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary):
                names = {str(key) for key in one}
                yield from sorted(names & {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/AA", "/RichMedia"})
                if "/URI" in names and MARK in str(one["/URI"]):
                    yield f"the address {one['/URI']}"
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    found.seen["marks in PDF text"] += text.count(MARK)
    # What reads the text out marks lines that run from right to left itself, and ends pages with a form feed.
    yield from text_problems(re.sub("[\u202a-\u202e\x0c]", "", text))
