"""Invented findings and a real mail server and web server on loopback."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notices.finding import Control, Finding, FindingReport, Place, Quantity

RESTRICTED = Control(
    "restricted",
    "2024-03-05",
    "us-2022-10-07",
    "87 FR 62186",
    "NVIDIA H100 was listed under ECCN 3A090 as of 2024-03-05.",
)


def make_report(**changes: object) -> FindingReport:
    """A finding report with any field of the report, the finding, its place or its control changed."""
    place = {"origin": "item:2", "start": 6, "end": 27, "quote": "GPU服务器 | 2台，每台8卡 NVIDIA H100 80GB"}
    control = {name: getattr(RESTRICTED, name) for name in RESTRICTED.__slots__}
    finding: dict[str, object] = {
        "notice": "t20240305_1", "item": "nvidia-h100", "label": "NVIDIA H100", "category": "gpu", "relation": "buys",
        "flagged": True, "basis": "named", "severity": "critical", "quantity": Quantity(16, 2),
        "reasons": ("named in a row of what was awarded",),
    }  # fmt: skip
    report: dict[str, object] = {
        "key": "a1", "source": "ccgp-local", "url": "https://notices.example/t20240305_1.htm",
        "title": "东屏理工大学智能计算平台中标公告", "kind": "award", "published": "2024-03-05",
        "buyer": "东屏理工大学",
        "agency": "北泽恒远工程咨询有限公司", "suppliers": ("岭川云算科技有限公司",), "region": "广东",
        "amount_cny": 2805000.0, "procedure": "p1", "verdict": None, "capture_sha256": "ab" * 32,
    }  # fmt: skip
    for name, value in changes.items():
        parts = (place, control, finding, report)
        held = next((part for part in parts if name in part), None)
        (held if held is not None else finding if name in Finding.__slots__ else report)[name] = value
    finding |= {"place": Place(**place), "control": Control(**control)}  # type: ignore[arg-type]
    return FindingReport(finding=Finding(**finding), **report)  # type: ignore[arg-type]


@pytest.fixture
def report() -> Callable[..., FindingReport]:
    return make_report


@pytest.fixture
def now() -> datetime:
    return datetime(2024, 3, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port of loopback that takes no connections while the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port of loopback that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The files of a certificate for hooks.example and 127.0.0.1, which is its own authority, and of its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    names = x509.SubjectAlternativeName([x509.DNSName("hooks.example"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return str(folder / "cert.pem"), str(folder / "key.pem")
