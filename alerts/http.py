"""One POST to a webhook's address: no redirect, no proxy, no private address unless allowed; the only user of httpx."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx

from notices.errors import TenderwatchError

BODY_LIMIT, BODY_SECONDS = 65_536, 1.0
# RFC 6052: addresses that carry an IPv4 address which the network translates to.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class TargetRefusedError(TenderwatchError):
    """The host resolves to an address that alerts are not sent to."""


class UnreachableError(TenderwatchError):
    """No answer came: the name does not resolve, or the connection or the exchange failed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A receiver's answer: its status and, if given, its Retry-After; of the body nothing is kept."""

    status: int
    retry_after: str | None


class Lines:
    """Open connections, kept apart by the host's name: one that was checked for a name is not used for another.

    `addresses` are what names resolved to; each use checks them.
    """

    def __init__(self) -> None:
        self.addresses: dict[tuple[str, int], tuple[str, ...]] = {}
        self._clients: dict[tuple[bytes, ssl.SSLContext], httpx.AsyncClient] = {}

    def client(self, host: bytes, trust: ssl.SSLContext, timeout: float) -> httpx.AsyncClient:
        key = (host, trust)
        if key not in self._clients:
            self._clients[key] = httpx.AsyncClient(verify=trust, timeout=timeout, trust_env=False)
        return self._clients[key]

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: Collection[str] = (),
    timeout: float = 15.0,
    trust: ssl.SSLContext,
    lines: "Lines | None" = None,
) -> Answer:
    """Sends `body`; `timeout` in seconds is for the whole exchange; `lines` keeps connections for the next one.

    The name is resolved once and the connection goes to the very address that was checked, so that a name cannot
    change its mind in between. TargetRefusedError or UnreachableError.
    """
    target = _parsed(url)
    try:
        async with asyncio.timeout(timeout):
            addresses = await _resolved(target, allow_private, lines)
            if lines is not None:
                client = lines.client(target.netloc, trust, timeout)
                return await _first_answer(client, target, addresses, body, headers)
            async with httpx.AsyncClient(verify=trust, timeout=timeout, trust_env=False) as client:
                return await _first_answer(client, target, addresses, body, headers)
    except (TimeoutError, httpx.TimeoutException):
        raise UnreachableError(f"no answer within {timeout:g} s") from None
    except (httpx.TransportError, OSError) as error:
        raise UnreachableError(_reason(error)) from None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps an IPv4 address (mapped, 6to4, NAT64)."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if any(ip in network for network in _NAT64):
            wrapped.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(inner is not None and not is_public(str(inner)) for inner in wrapped):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise UnreachableError("the address is not a valid URL") from None


async def _resolved(target: httpx.URL, allow_private: Collection[str], lines: Lines | None) -> tuple[str, ...]:
    host, port = target.raw_host.decode("ascii"), target.port or {"http": 80, "https": 443}[target.scheme]
    addresses = lines.addresses.get((host, port), ()) if lines is not None else ()
    if not addresses:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise UnreachableError(f"the name {host} does not resolve") from None
        addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        if lines is not None:
            lines.addresses[host, port] = addresses
    if target.host.lower() not in allow_private:
        for address in addresses:
            if not is_public(address):
                raise TargetRefusedError(
                    f"{target.host} resolves to {address}, which is not a public address; "
                    f"if that is meant, add {target.host} to the channel's allow_private"
                )
    return addresses


async def _first_answer(
    client: httpx.AsyncClient, target: httpx.URL, addresses: tuple[str, ...], body: bytes, headers: Mapping[str, str]
) -> Answer:
    """The answer of the first address that takes the connection; nothing is sent twice."""
    for address in addresses[:-1]:
        try:
            return await _exchange(client, target, address, body, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _exchange(client, target, addresses[-1], body, headers)


async def _exchange(
    client: httpx.AsyncClient, target: httpx.URL, address: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    sent = {**headers, "host": target.netloc.decode("ascii")}
    extensions = {"sni_hostname": target.raw_host.decode("ascii")} if target.scheme == "https" else {}
    request = client.stream(
        "POST",
        target.copy_with(host=address),
        content=body,
        headers=sent,
        extensions=extensions,
        follow_redirects=False,
    )
    async with request as response:
        await _skip(response)
        return Answer(response.status_code, response.headers.get("retry-after"))


async def _skip(response: httpx.Response) -> None:
    """Reads past a short body, so that the connection can be kept; what goes wrong in it changes no answer."""
    size = 0
    with suppress(TimeoutError, httpx.HTTPError, OSError):
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > BODY_LIMIT:
                    return


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the receiver's certificate is not accepted: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError | OSError):
        return "the connection was refused or failed"
    return "the connection broke before an answer came"
