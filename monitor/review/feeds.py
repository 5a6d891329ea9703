"""A feed per route (Atom, RFC 4287), for readers that come for their news themselves."""

import re
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.message import email_content
from alerts.summary import subject
from monitor.review.desk import Desk
from notices.alert import Alert

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 50
# XML 1.0, 2.2: other characters cannot stand in a document at all.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(desk: Desk, request: Request) -> Response:
    """The newest alerts of one route; 404 if there is no such route."""
    route = request.path_params["route"]
    with desk.store.read() as unit:
        alerts = unit.alerts.of_route(route, MOST_ENTRIES)
        known = alerts or route in unit.news.routes()
    if not known:
        raise HTTPException(404)
    address = str(request.base_url).rstrip("/")
    return Response(atom(route, alerts, address, desk.clock()), media_type="application/atom+xml")


def atom(route: str, alerts: list[Alert], address: str, now: datetime) -> bytes:
    """The feed as bytes; `address` is the desk's, without a final slash. An entry's id never changes."""
    Xml.register_namespace("", ATOM)
    root = Xml.Element(_name("feed"))
    _add(root, "id", f"{address}/feeds/{quote(route, safe='')}.atom")
    _add(root, "title", f"tenderwatch · {route}")
    _add(root, "updated", _moment(max((alert.created_at for alert in alerts), default=now)))
    Xml.SubElement(root, _name("link"), rel="self", href=f"{address}/feeds/{quote(route, safe='')}.atom")
    author = Xml.SubElement(root, _name("author"))
    _add(author, "name", "tenderwatch")
    for alert in alerts:
        entry = Xml.SubElement(root, _name("entry"))
        _add(entry, "id", f"urn:tenderwatch:alert:{alert.id}")
        _add(entry, "title", subject(alert))
        _add(entry, "updated", _moment(alert.created_at))
        key = alert.reports[0].key if alert.reports else ""
        Xml.SubElement(entry, _name("link"), rel="alternate", href=f"{address}/findings/{key}" if key else address)
        content = _add(entry, "content", email_content(alert, address).html)
        content.set("type", "html")
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n'
        + str(Xml.tostring(root, encoding="unicode", xml_declaration=False)).encode()
    )


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    child = Xml.SubElement(parent, _name(name))
    child.text = _NOT_XML.sub("", text)
    return child


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
