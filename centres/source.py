"""The government's download site over HTTP: the bytes of the register, or why there are none.

Bounded in size and in time as a whole, however slowly the bytes come. Only http and https. A redirect is followed by
hand, a few times, and only on the host that was asked: when the site is down it redirects to a page that says so.
"""

import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from centres.rules.register import MOST_BYTES
from foundation.errors import Problem, Refused

SECONDS = 90.0  # in all
SILENT = 20.0  # without a byte
CONNECT = 10.0
MOST_REDIRECTS = 3
CHUNK = 64 * 1024
CSV_TYPES = frozenset(
    {"", "text/csv", "application/csv", "text/plain", "application/octet-stream", "application/vnd.ms-excel"}
)
SCHEMES = frozenset({"http", "https"})


class Unreachable(Exception):
    """Nothing usable came; it may later."""


@dataclass(frozen=True)
class Download:
    """What came, and from where in the end."""

    data: bytes
    url: str


def download(url: str) -> Download:
    """Get the file. Raises ``Unreachable``, or Refused when something came that is not a CSV file."""
    deadline = time.monotonic() + SECONDS
    try:
        with requests.Session() as session:
            response = _follow(session, url, deadline)
            try:
                _check_type(response)
                return Download(_body(response, deadline), response.url)
            finally:
                response.close()
    except (requests.RequestException, HTTPError) as error:
        raise Unreachable(f"No complete answer came ({type(error).__name__}).") from error


def _follow(session: requests.Session, url: str, deadline: float) -> requests.Response:
    first = urlsplit(url)
    for _ in range(MOST_REDIRECTS + 1):
        if urlsplit(url).scheme not in SCHEMES:
            raise _refused("register_address", "The address of the register has to begin with http:// or https://.")
        left = max(0.1, deadline - time.monotonic())
        response = session.get(
            url,
            stream=True,
            allow_redirects=False,
            timeout=(min(CONNECT, left), min(SILENT, left)),
            headers={"Accept": "text/csv", "Accept-Encoding": "identity"},
        )
        if not response.is_redirect:
            if response.status_code != 200:
                response.close()
                raise Unreachable(f"The site answered with status {response.status_code}.")
            return response
        url = urljoin(url, response.headers["Location"])
        response.close()
        if urlsplit(url).hostname != first.hostname or (first.scheme, urlsplit(url).scheme) == ("https", "http"):
            where = (urlsplit(url).hostname or "")[:100]
            raise _refused("register_redirect", f"The site sends us on to another place ({where}), which is not asked.")
    raise Unreachable("The site sends us on again and again.")


def _check_type(response: requests.Response) -> None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml"}:
        raise _refused(
            "register_html",
            "A web page came, not the register: the government’s site shows a page while the file is unavailable.",
        )
    if kind not in CSV_TYPES:
        raise _refused("register_content_type", f"What came is “{kind[:60]}”, not a CSV file.")


def _body(response: requests.Response, deadline: float) -> bytes:
    """Whatever is there is read at once: a whole chunk may come too slowly for the time to be looked at in between."""
    parts, size = [], 0
    while part := response.raw.read1(CHUNK, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise _refused("register_too_large", "What came is far larger than the register.")
        if time.monotonic() > deadline:
            raise Unreachable("The file came too slowly.")
    return b"".join(parts)


def _refused(code: str, message: str) -> Refused:
    return Refused([Problem(code, "A1", message, "register")])
