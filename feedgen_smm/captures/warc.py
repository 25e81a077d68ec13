"""WARC files (ISO 28500), as crawlers write them: the pages of SMM in them. The one module that knows FastWARC."""

import io
from collections.abc import Iterator

from fastwarc.stream_io import BrotliReader, ChunkedReader, ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from feedgen_smm.captures.files import LARGEST_PAGE, member_name
from feedgen_smm.captures.kinds import RefusedError, is_html
from feedgen_smm.captures.packed import BombError, Budget, Stream, inflated
from feedgen_smm.captures.provenance import charset_name, host_of, located, moment
from feedgen_smm.models import Capture

_SITES = ("metal.com", "smm.cn")
_HTML = ("text/html", "application/xhtml+xml")
_FOUND = 200


def pages_in(stream: Stream, capture: Capture, budget: Budget) -> Iterator[Capture | RefusedError]:
    """The pages of SMM that a crawl was answered with, one at a time; an error in place of one that is no good.

    Raises RefusedError where the file is damaged, which costs what comes after, and where it holds no page of SMM.
    """
    seen = pages = 0
    try:
        # Not in FastWARC's quirks mode, which looks for the next record after damage, and ends in silence without one.
        for record in ArchiveIterator(stream, WarcRecordType.response, parse_http=False, stream_detect=False):
            seen += 1
            if page := _page(record, seen, capture, budget):
                pages += 1
                yield page
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise RefusedError(f"damaged or cut off after {_counted(seen)}: what follows is not read") from error
    if not pages:
        raise RefusedError(f"{_counted(seen)}, and none is an HTML page of SMM")


def _counted(responses: int) -> str:
    return "1 response" if responses == 1 else f"{responses:,} responses"


def _page(record: WarcRecord, number: int, capture: Capture, budget: Budget) -> Capture | RefusedError | None:
    """The page in a response, an error where it cannot be had, None where it is no page of SMM."""
    page = located(record.headers.get("WARC-Target-URI"), moment(record.headers.get("WARC-Date")))
    if page.address is None or not is_of_smm(page.address) or not record.is_http:
        return None
    try:
        if not _is_an_html_page(record):
            return None
        return capture._replace(
            data=_content(record, budget),
            member=member_name(capture.member, (record.record_id or f"response {number}").strip("<>")),
            address=page.address,
            charset=charset_name(record.http_charset),
            saved=page.saved,
        )
    except BombError:
        raise
    except RefusedError as error:
        return RefusedError(f"{page.address}: {error}")


def _is_an_html_page(record: WarcRecord) -> bool:
    try:
        record.parse_http(quirks_mode=True)
    except (OSError, ValueError) as error:
        raise RefusedError("damaged headers") from error
    return record.http_headers.status_code == _FOUND and record.http_content_type in _HTML


def is_of_smm(address: str) -> bool:
    """Whether an address is of a host of SMM's: `news.metal.com` is, `evilmetal.com` is not."""
    host = host_of(address)
    return any(host == site or host.endswith(f".{site}") for site in _SITES)


def _content(record: WarcRecord, budget: Budget) -> bytes:
    """The page without what HTTP wrapped it in. Gzip is left: it shows by its first bytes."""
    length = record.content_length
    if length > LARGEST_PAGE:
        raise RefusedError(f"larger than {LARGEST_PAGE // 2**20} MiB: no page is")
    data = record.reader.read(LARGEST_PAGE)
    if len(data) < length or record.headers.get("WARC-Truncated"):
        raise RefusedError("was cut off when it was saved: save it again")
    if is_html(data):
        return data  # some crawlers unwrap it, and keep the headers
    if "chunked" in (record.http_headers.get("Transfer-Encoding") or "").lower():
        data = _read(ChunkedReader(io.BytesIO(data)))
    encoding = (record.http_headers.get("Content-Encoding") or "").strip().lower()
    if is_html(data) or encoding not in ("br", "zstd", "deflate"):
        return data
    if encoding == "deflate":
        plain = inflated(data, LARGEST_PAGE)
    else:
        plain = _read(BrotliReader(io.BytesIO(data)) if encoding == "br" else ZstdReader(io.BytesIO(data)))
    budget.spend(len(plain))
    return plain


def _read(reader: BrotliReader | ChunkedReader | ZstdReader) -> bytes:
    try:
        return reader.read(LARGEST_PAGE + 1)
    except (OSError, ValueError) as error:
        raise RefusedError("damaged data") from error
