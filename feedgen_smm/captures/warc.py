"""The pages of SMM in a WARC file (ISO 28500), as crawlers write it. Only this module uses FastWARC.

Most pages are in the answers of servers. Some tools write the bare page, as a `resource`; and the files that Common
Crawl calls WET have its text alone, as a `conversion`.
"""

import io
from collections.abc import Iterator
from email.message import Message

from fastwarc.stream_io import BrotliReader, ChunkedReader, ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from feedgen_smm.captures.files import LARGEST_PAGE, NoPageError, is_html, member_name
from feedgen_smm.captures.messages import HTML_TYPES
from feedgen_smm.captures.packed import BombError, Budget, Stream, inflated
from feedgen_smm.captures.provenance import charset_name, host_of, located, moment
from feedgen_smm.models import Capture

_SITES = ("metal.com", "smm.cn")
_FOUND = 200
_TEXT_TYPES = (*HTML_TYPES, "text/plain")
_RECORDS = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion


def pages_in(stream: Stream, capture: Capture, budget: Budget) -> Iterator[Capture | NoPageError]:
    """The pages of SMM in a WARC file, one at a time; an error in place of each unusable one.

    Raises NoPageError where the file is damaged, after the pages before the damage, and if it has no page of SMM.
    """
    seen = pages = 0
    try:
        # FastWARC's quirks mode would skip damage to the next record, and without one end as if the file were whole.
        for record in ArchiveIterator(stream, _RECORDS, parse_http=False, stream_detect=False):
            seen += 1
            if page := _page(record, seen, capture, budget):
                pages += 1
                yield page
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise NoPageError(f"damaged or cut off after {_counted(seen)}: what follows is not read") from error
    if not pages:
        raise NoPageError(f"{_counted(seen)}, and none is an HTML page of SMM")


def _counted(records: int) -> str:
    return "1 record" if records == 1 else f"{records:,} records"


def _page(record: WarcRecord, number: int, capture: Capture, budget: Budget) -> Capture | NoPageError | None:
    """The page in a record; an error if it is unusable; None if it is no page of SMM."""
    page = located(record.headers.get("WARC-Target-URI"), moment(record.headers.get("WARC-Date")))
    if page.address is None or not is_of_smm(page.address):
        return None
    try:
        is_page, charset = _declared(record)
        if not is_page:
            return None
        return capture._replace(
            data=_content(record, budget),
            member=member_name(capture.member, (record.record_id or f"record {number}").strip("<>")),
            address=page.address,
            charset=charset_name(charset),
            saved=page.saved,
        )
    except BombError:
        raise
    except NoPageError as error:
        return NoPageError(f"{page.address}: {error}")


def _declared(record: WarcRecord) -> tuple[bool, str | None]:
    """Whether a record says that it is a page, and the charset that it says."""
    if record.record_type != WarcRecordType.response:
        headers = Message()
        headers["Content-Type"] = record.headers.get("Content-Type") or ""
        types = _TEXT_TYPES if record.record_type == WarcRecordType.conversion else HTML_TYPES
        return headers.get_content_type() in types, headers.get_content_charset()
    if not record.is_http:
        return False, None
    try:
        record.parse_http(quirks_mode=True)
    except (OSError, ValueError) as error:
        raise NoPageError("damaged headers") from error
    is_page = record.http_headers.status_code == _FOUND and record.http_content_type in HTML_TYPES
    return is_page, record.http_charset


def is_of_smm(address: str) -> bool:
    """Whether an address is on a host of SMM: `news.metal.com` is one, `evilmetal.com` is not."""
    host = host_of(address)
    return any(host == site or host.endswith(f".{site}") for site in _SITES)


def _content(record: WarcRecord, budget: Budget) -> bytes:
    """The page, without the encodings of HTTP. Gzip stays: it is unpacked later, recognized by its first bytes."""
    length = record.content_length
    if length > LARGEST_PAGE:
        raise NoPageError(f"larger than {LARGEST_PAGE // 2**20} MiB: no page is")
    data = record.reader.read(LARGEST_PAGE)
    if len(data) < length or record.headers.get("WARC-Truncated"):
        raise NoPageError("was cut off when it was saved: save it again")
    if is_html(data) or record.record_type != WarcRecordType.response:
        return data  # some crawlers decode the page and keep the headers
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
        raise NoPageError("damaged data") from error
