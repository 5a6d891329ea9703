"""Letters: .eml and saved web pages (.mht) by the standard library, Outlook's .msg by its streams."""

import email
import email.policy
import io
from email.message import EmailMessage, Message

import olefile  # type: ignore[import-untyped]

from monitor.documents.reading import Allowance, DamagedError, Reading, conclude, moved
from notices.document import READ, Text
from notices.encoding import decode
from notices.html_text import read_text

_FIELDS = ("Subject", "From", "To", "Date")


def read_mail(data: bytes, allowance: Allowance) -> Reading:
    """The letter under "", attachments under "#file=NAME". Of a plain and an HTML wording the plain one is kept."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    lines = [f"{field}: {message[field]}" for field in _FIELDS if message[field]]
    missing: list[str] = []
    texts: list[Text] = []
    for part in _leaves(message):
        name = part.get_filename()
        content = _bytes(part)
        kind = part.get_content_type()
        if name or not kind.startswith("text/"):
            _add_attachment(name or part.get("Content-Location", "") or kind, content, allowance, texts, missing)
        elif kind == "text/html":
            lines.append(read_text(decode(content, part.get("Content-Type"))))
        elif kind == "text/plain":
            lines.append(decode(content, part.get("Content-Type")))
    return conclude("mail", [Text("", "\n".join(lines)), *texts], missing)


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something; of alternatives only the first that is text."""
    if not message.is_multipart():
        return [message]
    parts = list(message.iter_parts()) if isinstance(message, EmailMessage) else []
    if message.get_content_type() == "multipart/alternative":
        parts = (
            parts[:1]
            if parts and parts[0].get_content_type() == "text/plain" and _bytes(parts[0]).strip()
            else parts[-1:]
        )
    return [leaf for part in parts for leaf in _leaves(part)]


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _add_attachment(name: str, content: bytes, allowance: Allowance, texts: list[Text], missing: list[str]) -> None:
    reading = allowance.read_member(content, name)
    texts.extend(moved(name, text) for text in reading.texts)
    # A saved page carries its ornaments and styles; they are no attachments.
    if reading.state != READ and reading.kind not in ("image", "empty"):
        missing.append(f"{name}: {reading.reason}")


_SUBJECT, _BODY, _BODY_HTML, _SENDER = "0037", "1000", "1013", "0C1A"
_FILE_NAME, _SHORT_NAME, _FILE = "3707", "3704", "3701"


def read_msg(data: bytes, allowance: Allowance) -> Reading:
    """An Outlook letter (MS-OXMSG): properties are streams named by their number and type."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        lines = [_property(ole, [], _SUBJECT), _property(ole, [], _SENDER), _property(ole, [], _BODY)]
        if not lines[2].strip():
            lines.append(_html(ole))
        missing: list[str] = []
        texts: list[Text] = []
        folders = sorted({path[0] for path in ole.listdir() if path[0].startswith("__attach_version1.0_")})
        for folder in folders:
            name = _property(ole, [folder], _FILE_NAME) or _property(ole, [folder], _SHORT_NAME) or "attachment"
            stream = [folder, f"__substg1.0_{_FILE}0102"]
            if ole.exists(stream):
                _add_attachment(name, ole.openstream(stream).read(), allowance, texts, missing)
            else:
                missing.append(f"{name}: an embedded object, which is not read")
    if not any(lines) and not texts:
        raise DamagedError("the letter has no body")
    return conclude("msg", [Text("", "\n".join(filter(None, lines))), *texts], missing)


def _property(ole: olefile.OleFileIO, folder: list[str], number: str) -> str:
    for kind, encoding in (("001F", "utf-16-le"), ("001E", "gb18030")):
        stream = [*folder, f"__substg1.0_{number}{kind}"]
        if ole.exists(stream):
            raw: bytes = ole.openstream(stream).read()
            return raw.decode(encoding, errors="replace").strip("\x00")
    return ""


def _html(ole: olefile.OleFileIO) -> str:
    stream = f"__substg1.0_{_BODY_HTML}0102"
    return read_text(decode(ole.openstream(stream).read())) if ole.exists(stream) else ""
