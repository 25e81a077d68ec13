"""Files and what is in them: each kind of container gives its pages, all else is named for what it is."""

import gzip
import io
import os
import plistlib
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
import zlib
from base64 import encodebytes
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from quopri import encodestring

import pytest
from fastwarc.stream_io import BrotliWriter
from hypothesis import given
from hypothesis import strategies as st

from feedgen_smm.captures.containers import read_captures, unpack
from feedgen_smm.captures.files import file_time, find_captures, other_file, read_feed, survey
from feedgen_smm.captures.provenance import moment
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Problem
from tests.samples import page

ADDRESS = "https://news.metal.com/newscontent/104000001/tin-holds"
HTML = (
    "<!DOCTYPE html><html><head><title>Tin – steady</title></head><body><p>Tin stood at 272,500 yuan.</p></body></html>"
).encode()
SAVED = datetime(2026, 5, 4, 1, 2, 3, tzinfo=UTC)
TEXT = page()


def captures(data: bytes) -> list[Capture]:
    """The pages in a file of these bytes, which must hold nothing else."""
    found = list(unpack(Capture("file", data)))
    assert not [item for item in found if isinstance(item, Problem)]
    return [item for item in found if isinstance(item, Capture)]


def messages(data: bytes) -> list[str]:
    """The problems reported for a file of these bytes."""
    return [str(item) for item in unpack(Capture("file", data)) if isinstance(item, Problem)]


# Files and folders


def test_what_cannot_be_read_in_a_folder_does_not_hide_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other files are found beside circular links, broken links and folders that may not be listed."""
    for name in ("a.txt", "shut/b.txt", "open/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "x").symlink_to("y")
    (tmp_path / "y").symlink_to("x")
    (tmp_path / "nowhere").symlink_to("missing/page.txt")
    real = os.scandir

    class Unreadable:
        """An entry of a folder of which a failing disk tells the name and nothing else."""

        name = b"lost.txt"

        def is_file(self, *, follow_symlinks: bool) -> bool:
            raise OSError(5, f"Input/output error, {follow_symlinks}")

    def forbidding(path: bytes) -> object:
        if path.endswith(b"shut"):
            raise PermissionError(13, "Permission denied")
        return nullcontext([*real(path), Unreadable()]) if path.endswith(b"open") else real(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    found = find_captures([tmp_path])
    names = {path.relative_to(tmp_path).as_posix() for path in found}
    assert names == {"a.txt", "x", "y", "nowhere", "shut", "open/c.txt", "open/lost.txt"}
    reasons = {}
    for path in found:
        try:
            list(read_captures(path))
        except UnreadableCaptureError as error:
            reasons[path.name] = str(error)
    assert reasons == {
        "x": "cannot be read: Too many levels of symbolic links",
        "y": "cannot be read: Too many levels of symbolic links",
        "nowhere": "cannot be read: No such file or directory",
        "shut": "a folder that cannot be read",
        "lost.txt": "cannot be read: No such file or directory",
    }


def test_a_circular_link_is_found(tmp_path: Path) -> None:
    """Reading it then says why it cannot be read."""
    (tmp_path / "x").symlink_to("x")
    assert find_captures([tmp_path / "x"]) == [tmp_path / "x"]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    """It could lead to a folder above; it is reported instead."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "again").symlink_to(tmp_path)
    assert find_captures([tmp_path / "pages"]) == [tmp_path / "pages" / "again"]
    with pytest.raises(UnreadableCaptureError, match="a link to a folder, which is not followed"):
        list(read_captures(tmp_path / "pages" / "again"))


def test_deeply_nested_folders_are_searched(tmp_path: Path) -> None:
    """Deeper than Python's limit on recursion."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        there = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(here)
    try:
        assert sum(1 for _ in survey([tmp_path])) >= 1000
    finally:
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # deeper than Python removes


@pytest.mark.parametrize("read", [read_feed, lambda path: list(read_captures(path))])
def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path, read: object) -> None:
    """So are links to them."""
    assert callable(read)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for path in (tmp_path / "pipe", tmp_path / "link", Path("/dev/zero")):
        with pytest.raises(UnreadableCaptureError, match=r"^not a file$"):
            read(path)


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux")
def test_files_of_the_kernel_are_empty(tmp_path: Path) -> None:
    """Their size is 0 whatever they contain, and reading some of them blocks."""
    (tmp_path / "a.txt").symlink_to("/proc/self/status")
    assert read_feed(tmp_path / "a.txt") == b""
    assert [item.data for item in read_captures(tmp_path / "a.txt") if isinstance(item, Capture)] == [b""]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1_600_000_000.0, datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)),
        (300_000_000_000.0, None),
        (1e19, None),
        (-1.0, None),
    ],
)
def test_impossible_file_times_are_unknown(seconds: float, expected: datetime | None) -> None:
    """Those before 1970 or after the year 9999."""
    assert file_time(os.stat_result((0o100644, 0, 0, 1, 0, 0, 0, seconds, seconds, seconds))) == expected


def test_the_folder_that_a_browser_saves_with_a_page_is_left_out(tmp_path: Path) -> None:
    """It holds pictures, scripts and frames. A folder with such a name but without the page is searched."""
    for name in ("zinc.html", "zinc_files/logo.png", "zinc_files/frame.html", "tin.htm", "tin-Dateien/a.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(HTML)
    for name in ("my_files/lead.txt", ".hidden", ".folder/nickel.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    assert [path.name for path in find_captures([tmp_path])] == ["tin.htm", "zinc.html", "lead.txt"]


def test_a_page_is_one_capture_with_the_bytes_of_its_file(tmp_path: Path) -> None:
    """Text and HTML are returned unchanged, with the file's time."""
    for data in (TEXT, HTML, b"", b"\xff\xfeZ\0i\0n\0c\0", "锌价上涨".encode("gb18030")):
        path = tmp_path / "page"
        path.write_bytes(data)
        os.utime(path, (1_600_000_000, 1_600_000_000))
        expected = Capture(str(path), data, datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC))
        assert list(read_captures(path)) == [expected]


def test_a_file_too_large_for_a_page_is_refused_unread(tmp_path: Path) -> None:
    """Its size is enough, unless its first bytes show that it is another kind of file."""
    path = tmp_path / "page"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(UnreadableCaptureError, match=r"^larger than 8 MiB: no saved page is$"):
        list(read_captures(path))
    for start in (b"MIME-Version: 1.0\n", b"bplist00"):
        with path.open("wb") as file:
            file.write(start)
            file.truncate(65 * 2**20)
        with pytest.raises(UnreadableCaptureError, match=r"^larger than 64 MiB: no saved page is$"):
            list(read_captures(path))
    with path.open("r+b") as file:
        file.write(b"%PDF-1.7\n")
    assert [str(item) for item in read_captures(path)] == [
        f"{path}:1: a PDF file, and only HTML and text can be read: save the page as one of them"
    ]


# What a page says of itself


@pytest.mark.parametrize(
    ("head", "address", "saved"),
    [
        pytest.param(f"<!-- saved from url=(0054){ADDRESS} -->\n<html>", ADDRESS, None, id="a browser"),
        pytest.param("<!-- saved from url=(0014)about:internet -->\n<html>", None, None, id="a browser, from nowhere"),
        pytest.param(
            f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {ADDRESS} \n"
            " saved date: Mon May 04 2026 09:02:03 GMT+0800 (中国标准时间)\n-->",
            ADDRESS,
            SAVED,
            id="SingleFile",
        ),
        pytest.param(
            f"<!-- Saved from {ADDRESS} at 2026-05-04T01:02:03Z using monolith v2.8.1 -->\n<html>",
            ADDRESS,
            SAVED,
            id="monolith",
        ),
        pytest.param(
            "<html>\n<!-- Mirrored from news.metal.com/newscontent/104000001/tin-holds by HTTrack Website Copier/3.x "
            "[XR&CO'2014], Mon, 04 May 2026 01:02:03 GMT -->",
            ADDRESS,
            SAVED,
            id="HTTrack",
        ),
        pytest.param(
            f'<html><head><meta name="savepage-url" content="{ADDRESS}">'
            '<meta name="savepage-date" content="Sun May 03 2026 21:02:03 GMT-0400 (Eastern Daylight Time)">',
            ADDRESS,
            SAVED,
            id="Save Page WE",
        ),
        pytest.param(
            "<html><head><script>\n"
            f'  __wm.init("https://web.archive.org/web");\n  __wm.wombat("{ADDRESS}","20260504010203",'
            '"https://web.archive.org/","web","/_static/", "1777856523");\n</script>',
            ADDRESS,
            SAVED,
            id="the Wayback Machine, its script",
        ),
        pytest.param(
            f'<html><head><link rel="canonical" href="/web/20260504010203/{ADDRESS}"/>',
            ADDRESS,
            SAVED,
            id="the Wayback Machine, a link",
        ),
        pytest.param(
            f"<!-- saved from url=(0098)https://web.archive.org/web/20260504010203im_/{ADDRESS} -->\n<html>",
            ADDRESS,
            SAVED,
            id="the Wayback Machine, by a browser",
        ),
        pytest.param(
            "<html><body>…</body></html>\n<!--\n     FILE ARCHIVED ON 01:02:03 May 04, 2026 AND RETRIEVED FROM THE\n"
            "     INTERNET ARCHIVE ON 10:11:12 Nov 26, 2026.\n-->",
            None,
            SAVED,
            id="the Wayback Machine, its footer",
        ),
        pytest.param(
            '<html><head><link rel="stylesheet" href="/web/20260504010203cs_/https://news.metal.com/a.css"></head><body>'
            f'<input type="text" name="url" id="wmtbURL" value="{ADDRESS}" onfocus="this.focus();"/>',
            ADDRESS,
            SAVED,
            id="the Wayback Machine, its toolbar and its links",
        ),
        pytest.param(
            f"<!-- Saved from {ADDRESS} at 2026-05-04T01:02:03Z using monolith v2.8.1 -->\n<html><head>"
            '<link rel="canonical" href="/web/20200810030405/https://example.org/a"/>',
            ADDRESS,
            SAVED,
            id="a tool counts before the Wayback Machine",
        ),
        pytest.param(
            f'<html><body><input type="text" name="url" id="wmtbURL" value="{ADDRESS}"/>',
            None,
            None,
            id="a toolbar alone",
        ),
        pytest.param(
            '<html><head><link rel="stylesheet" href="/web/20260504010203cs_/https://news.metal.com/a.css">'
            '<script src="/web/20250101010203js_/https://news.metal.com/a.js"></script></head><body>'
            f'<input type="text" name="url" id="wmtbURL" value="{ADDRESS}"/>',
            None,
            None,
            id="links of two times: neither is the page's",
        ),
        pytest.param(
            f"<html><body><p>He wrote &lt;!-- saved from url=(0054){ADDRESS} --&gt;</p>"
            f"<!-- saved from url=(0054){ADDRESS} -->",
            None,
            None,
            id="in the body: anything may be quoted there",
        ),
        pytest.param(
            f'<html><head><link rel="stylesheet" href="/web/20260504010203/{ADDRESS}"/>', None, None, id="another link"
        ),
        pytest.param(
            f"---\ntitle: Tin – steady\nsource: {ADDRESS}\nsaved: 2026-05-04T09:02:03+08:00\n---\nTin stood.",
            ADDRESS,
            SAVED,
            id="front matter",
        ),
        pytest.param(
            f'---\r\nurl: "[Tin]({ADDRESS})"\r\ncreated: 2026-05-04\r\n---\r\nTin stood.',
            ADDRESS,
            None,
            id="front matter, a day: not one moment",
        ),
        pytest.param(f'+++\nlink = "{ADDRESS}"\n+++\nTin stood.', ADDRESS, None, id="front matter in TOML"),
        pytest.param(f"---\nTin stood.\n---\nsource: {ADDRESS}\n", None, None, id="rule lines"),
        pytest.param(f"Tin\n\nsource: {ADDRESS}\n", None, None, id="text"),
    ],
)
def test_address_and_time_of_saving_in_the_head_of_a_page(
    head: str, address: str | None, saved: datetime | None
) -> None:
    """They are found in every encoding, and the page is unchanged."""
    for encoding in ("utf-8", "utf-8-sig", *(["utf-16"] if head.startswith("<") else [])):
        data = head.encode(encoding)
        assert captures(data) == [Capture("file", data, address=address, saved=saved)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 04 May 2026 01:02:03 GMT", SAVED),
        ("Mon, 4 May 2026 09:02:03 +0800", SAVED),
        ("Mon, 04 May 2026 01:02:03 -0000", SAVED),
        ("2026-05-04T01:02:03Z", SAVED),
        ("2026-05-04T01:02:03.123456789Z", SAVED.replace(microsecond=123456)),
        ("20260504010203", SAVED),
        ("Mon May 04 2026 01:02:03 GMT+0000", SAVED),
        ("2026-05-04T09:02:03 (UTC +08:00)", SAVED),
        ("2026-05-04 09:02:03 +0800", SAVED),
        ("2026-05-04T01:02:03", None),
        ("Mon, 04 May 2026 01:02:03", None),
        ("Mon Mai 04 2026 01:02:03 GMT+0000", None),
        ("20261304010203", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_as_tools_write_them(text: str | None, expected: datetime | None) -> None:
    """A time without an offset is unknown, because its clock is."""
    assert moment(text) == expected


# MHTML and mail


def mhtml(*parts: tuple[str, bytes], headers: str = "", parameters: str = "") -> bytes:
    """An MHTML file as Chromium writes it: the headers of each part and its body."""
    start = (
        f"From: <Saved by Blink>\r\n{headers}Date: Mon, 04 May 2026 01:02:03 GMT\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related;\r\n\ttype="text/html";{parameters}\r\n\tboundary="--=_b"\r\n\r\n\r\n'
    ).encode()
    middle = b"".join(b"----=_b\r\n" + head.encode() + b"\r\n\r\n" + body + b"\r\n" for head, body in parts)
    return start + middle + b"----=_b--\r\n"


QUOTED = (
    "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: " + ADDRESS,
    encodestring(HTML),
)
PICTURE = ("Content-Type: image/png\r\nContent-Transfer-Encoding: base64", encodebytes(b"\x89PNG\r\n\x1a\n" * 9))
FRAME = ("Content-Type: text/html\r\nContent-Location: cid:frame", b"<p>An advertisement</p>")


@pytest.mark.parametrize(
    ("data", "address"),
    [
        pytest.param(
            mhtml(QUOTED, FRAME, PICTURE, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n"), ADDRESS, id="Chromium"
        ),
        pytest.param(
            mhtml(PICTURE, FRAME, QUOTED, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n"),
            ADDRESS,
            id="the page comes last",
        ),
        pytest.param(
            mhtml(
                FRAME,
                ("Content-Type: text/html\r\nContent-ID: <root>\r\nContent-Location: " + ADDRESS, HTML),
                parameters=' start="<root>";',
            ),
            ADDRESS,
            id="named by its Content-ID",
        ),
        pytest.param(
            mhtml(("Content-Type: text/html\r\nContent-Transfer-Encoding: base64", encodebytes(HTML)), PICTURE),
            None,
            id="base64, no address",
        ),
        pytest.param(
            mhtml(
                QUOTED,
                headers="Snapshot-Content-Location: https://news.metal.com/newscontent/\r\n 104000001/tin-holds\r\n",
            ),
            ADDRESS,
            id="a folded address",
        ),
        pytest.param(
            mhtml(
                QUOTED,
                headers="Snapshot-Content-Location: =?utf-8?Q?https://news.metal.com/newscontent/104000001?=\r\n",
            ),
            "https://news.metal.com/newscontent/104000001",
            id="an encoded address",
        ),
        pytest.param(
            mhtml(QUOTED, headers="Snapshot-Content-Location: =?u\ufffd?q?https://metal.com/?=\r\n"),
            ADDRESS,
            id="an address in no charset, and the part's own",
        ),
        pytest.param(
            mhtml(QUOTED, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n").replace(b"\r\n", b"\n"),
            ADDRESS,
            id="Unix lines",
        ),
        pytest.param(
            mhtml(QUOTED, PICTURE, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n")[:-90], ADDRESS, id="cut off"
        ),
        pytest.param(
            'From: "Saved by Windows Internet Explorer 11"\r\nDate: Mon, 4 May 2026 09:02:03 +0800\r\n'
            f"MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Location: {ADDRESS}\r\n\r\n".encode()
            + HTML,
            ADDRESS,
            id="without pictures",
        ),
    ],
)
def test_mhtml_gives_the_page_with_its_address_and_time(data: bytes, address: str | None) -> None:
    """The page is decoded, and it is not one of its frames."""
    assert captures(data) == [Capture("file", HTML, address=address, saved=SAVED)]


def test_the_address_of_the_container_counts_before_that_in_the_page() -> None:
    """The comment of a tool may come from an earlier saving of the page."""
    comment = b"<!-- Saved from https://example.org/a at 2020-01-01T00:00:00Z using monolith v2.8.1 -->"
    (found,) = captures(mhtml(("Content-Type: text/html\r\nContent-Location: " + ADDRESS, comment + HTML)))
    assert (found.address, found.saved) == (ADDRESS, SAVED)


def test_an_mhtml_of_a_wayback_copy_has_the_original_address() -> None:
    """The time of saving is the Wayback Machine's."""
    copy = f"https://web.archive.org/web/20200810030405/{ADDRESS}"
    (found,) = captures(mhtml(("Content-Type: text/html; charset=GBK\r\nContent-Location: " + copy, HTML)))
    assert found == Capture(
        "file", HTML, address=ADDRESS, charset="gbk", saved=datetime(2020, 8, 10, 3, 4, 5, tzinfo=UTC)
    )


MAIL = (
    "Received: from desk\r\nFrom: Ann <ann@example.org>\r\nTo: desk@example.org\r\n"
    "Date: Mon, 4 May 2026 09:02:03 +0800\r\nMIME-Version: 1.0\r\n"
)
ALTERNATIVE = MAIL + 'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            MAIL.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\nTin\n\nTin stood.\n",
            [Capture("file", b"Tin\n\nTin stood.\n", charset="utf-8")],
            id="text",
        ),
        pytest.param(
            MAIL.encode()
            + b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
            + b"Tin \r\nstood \r\nfirm.\r\n\r\nLead\r\nfell.\r\n",
            [Capture("file", b"Tin stood firm.\r\n\r\nLead\r\nfell.\r\n", charset="utf-8")],
            id="flowed text",
        ),
        pytest.param(
            MAIL.encode()
            + b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n"
            + "锡价 \r\n上涨。\r\n".encode(),
            [Capture("file", "锡价上涨。\r\n".encode(), charset="utf-8")],
            id="flowed text, with the spaces added",
        ),
        pytest.param(
            (
                ALTERNATIVE
                + "--b\r\nContent-Type: text/plain\r\n\r\nTin\r\n"
                + '--b\r\nContent-Type: text/html; charset="UTF-8"\r\n\r\n'
            ).encode()
            + HTML
            + b"\r\n--b--\r\n",
            [Capture("file", HTML, charset="utf-8")],
            id="both: HTML keeps paragraphs",
        ),
        pytest.param(
            (
                MAIL
                + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
                + "--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--b\r\n"
                + 'Content-Type: application/octet-stream; name="tin.html"\r\nContent-Transfer-Encoding: base64\r\n'
                'Content-Disposition: attachment; filename="tin.html"\r\n\r\n'
            ).encode()
            + encodebytes(b"<!-- saved from url=(0054)" + ADDRESS.encode() + b" -->" + HTML)
            + b'\r\n--b\r\nContent-Type: image/png; name="a.png"\r\nContent-Disposition: attachment\r\n\r\n'
            + b"\x89PNG\r\n--b--",
            [
                Capture(
                    "file",
                    b"<!-- saved from url=(0054)" + ADDRESS.encode() + b" -->" + HTML,
                    member="tin.html",
                    address=ADDRESS,
                ),
            ],
            id="an attached page, and a note",
        ),
        pytest.param(
            (MAIL + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n').encode()
            + b"Content-Type: text/plain\r\n\r\n%b\r\n--b\r\n" % TEXT
            + b"Content-Type: text/html; name=a.html\r\nContent-Disposition: attachment\r\n\r\n%b\r\n--b--" % HTML,
            [Capture("file", TEXT), Capture("file", HTML, member="a.html")],
            id="an article, and an attached page",
        ),
        pytest.param(
            (
                MAIL + 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
            ).encode()
            + MAIL.encode()
            + b"Content-Type: text/html\r\n\r\n"
            + HTML
            + b"\r\n--b--",
            [Capture("file", HTML)],
            id="a mail in a mail",
        ),
        pytest.param(
            (MAIL + 'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n').encode()
            + b'Content-Type: message/rfc822; name="tin.mht"\r\nContent-Disposition: inline\r\n\r\n'
            + mhtml(QUOTED)
            + b"\r\n--m--",
            [Capture("file", HTML, member="tin.mht", address=ADDRESS, saved=SAVED)],
            id="an attached MHTML file that is called mail",
        ),
        pytest.param(
            MAIL.encode() + b"Content-Type: text/html; x=" + b";" * 9000 + b"\r\n\r\n" + HTML,
            [Capture("file", HTML)],
            id="a header that is too long to be searched is none: text",
        ),
    ],
)
def test_mail_gives_its_text_and_attached_pages(data: bytes, expected: list[Capture]) -> None:
    """The date of the mail is not the time of saving: it may have been forwarded years later."""
    assert captures(data) == expected


def test_a_mailbox_and_a_mail_without_text_are_reported() -> None:
    """Mails are never dropped silently."""
    mail = "From ann Mon May  4 09:02:03 2026\n" + MAIL.replace("\r", "") + "\nTin\n\n"
    assert messages(mail.encode()) == []
    assert messages((mail + mail).encode()) == [
        "file:1: a mailbox of several mails: save each mail as a file of its own"
    ]
    assert messages(MAIL.encode() + b"Content-Type: image/png\r\n\r\n\x89PNG") == [
        "file:1: a mail or MHTML file without a page in it: save the page as HTML or text"
    ]
    attached = ALTERNATIVE.encode() + b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.7\r\n--b--"
    assert messages(attached) == [
        "file:1: a.pdf: a PDF file, and only HTML and text can be read: save the page as one of them"
    ]


def test_a_page_saved_with_the_headers_of_the_answer() -> None:
    """`curl -i` saves such pages. An answer without the page is reported."""
    moved = b"HTTP/1.1 301 Moved Permanently\r\nLocation: /tin\r\n\r\n"
    found = b"HTTP/2 200 \r\ncontent-type: text/html; charset=GBK\r\n\r\n" + HTML
    assert captures(found) == captures(moved + found) == [Capture("file", HTML, charset="gbk")]
    assert captures(b"HTTP/1.1 200 OK\r\n\r\n" + HTML) == [Capture("file", HTML)]
    assert messages(moved) == ["file:1: an answer of the server with status 301, and no page: save it again"]


# Safari, gzip, zip


@pytest.mark.parametrize("form", [plistlib.FMT_BINARY, plistlib.FMT_XML])
def test_a_webarchive_gives_its_main_page(form: plistlib.PlistFormat) -> None:
    """It has the address and the encoding that Safari stored."""
    main = {
        "WebResourceData": HTML,
        "WebResourceURL": ADDRESS,
        "WebResourceTextEncodingName": "UTF-8",
        "WebResourceMIMEType": "text/html",
    }
    data = plistlib.dumps({"WebMainResource": main, "WebSubresources": [{"WebResourceData": b"\x89PNG"}]}, fmt=form)
    assert captures(data) == [Capture("file", HTML, address=ADDRESS, charset="utf-8")]


def binary_list(*objects: bytes, places: tuple[int, ...] = ()) -> bytes:
    """A binary property list of these objects, of which the first is the whole; `places` are in place of their own."""
    offsets = places or tuple(8 + sum(map(len, objects[:index])) for index in range(len(objects)))
    table = b"".join(offset.to_bytes(4) for offset in offsets)
    return b"bplist00%b%b" % (b"".join(objects), table) + struct.pack(
        ">6xBBQQQ", 4, 1, len(offsets), 0, 8 + sum(map(len, objects))
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(binary_list(b"\xaf\x12\0\x80\0\0" + b"\1" * 2**23, b"\x09"), id="a list of millions"),
        pytest.param(
            binary_list(b"\xaf\x11\xff\xff" + bytes(range(256)) * 256, places=(8,) * 256), id="lists in lists"
        ),
        pytest.param(binary_list(b"\xdf\x13" + b"\xff" * 8), id="a dictionary of no end"),
        pytest.param(binary_list(b"\xd1\1\2", b"\x5f\x13" + b"\xff" * 8, b"\x09"), id="a key of no end"),
        pytest.param(binary_list(b"\xd1\1\2", places=(8, 2**31, 2**31)), id="objects outside of the file"),
        pytest.param(b"bplist00", id="cut off"),
        pytest.param(b'<?xml version="1.0"?><plist>' + b"<array>" * 2**20, id="XML, nested a million deep"),
        pytest.param(b"<plist><dict>" + b"<key/>" * 2**20 + b"</dict></plist>", id="XML, a million keys"),
        pytest.param(
            b"<plist " + b" ".join(b'a%x=""' % number for number in range(2**18)) + b"/>", id="XML, a long tag"
        ),
    ],
)
def test_a_property_list_takes_little_memory(data: bytes) -> None:
    """Whatever it claims to hold."""
    tracemalloc.start()
    try:
        (message,) = messages(data)
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert "property list" in message
    assert message.endswith(", and only HTML and text can be read: save the page as one of them")


def notes(*contents: bytes) -> bytes:
    """An export of Evernote."""
    start = b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM "evernote-export4.dtd">\n<en-export>'
    note = (
        "<note><title>Tin &amp; lead</title><created>20260504T010203Z</created><note-attributes>"
        f"<source-url>{ADDRESS}</source-url></note-attributes><content><![CDATA[%b]]></content>"
        "<resource><data>iVBORw0KGgo=</data></resource></note>"
    ).encode()
    return start + b"".join(note % content for content in contents) + b"</en-export>"


def test_an_export_of_evernote_gives_its_notes() -> None:
    """Each with its title, the address of the page, and the time at which it was clipped."""
    one, other = b"<en-note><h1>Tin</h1></en-note>", b"<en-note><h1>Lead</h1></en-note>"
    expected = [
        Capture(
            "file",
            b"<!DOCTYPE html><title>Tin &amp; lead</title><body>" + content,
            member="Tin & lead",
            address=ADDRESS,
            charset="utf-8",
            saved=SAVED,
        )
        for content in (one, other)
    ]
    assert captures(notes(one, other)) == expected
    first, problem = unpack(Capture("file", notes(one, other)[:-200]))
    assert first == expected[0]
    remedy = "and only HTML and text can be read: save the page as one of them"
    assert str(problem) == f"file:1: a damaged export of Evernote, {remedy}"
    assert messages(notes(one).replace(b'"UTF-8"', b'"UTF08"')) == [f"file:1: a damaged export of Evernote, {remedy}"]
    many = notes(b"]]><i/><![CDATA[" * 250_000)
    assert messages(many) == [f"file:1: an export of Evernote that would take too much memory, {remedy}"]
    assert messages(notes()) == ["file:1: an export of Evernote without a note in it"]


def test_gzip_is_unpacked_however_often_it_was_packed() -> None:
    """Servers send it, and some tools save what they received."""
    assert captures(gzip.compress(HTML)) == [Capture("file", HTML)]
    assert captures(gzip.compress(gzip.compress(TEXT))) == [Capture("file", TEXT)]
    damaged = bytearray(gzip.compress(HTML))
    damaged[-6] ^= 1
    assert messages(bytes(damaged)) == ["file:1: compressed data is damaged or cut off"]
    often = HTML
    for _ in range(9):
        often = gzip.compress(often)
    assert messages(often) == ["file:1: packed too often: unpack it"]
    assert messages(gzip.compress(random.Random(5).randbytes(9000).hex().encode())[:-50]) == [
        "file:1: compressed data is damaged or cut off"
    ]


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in files.items():
            container.writestr(name, data)
    return target.getvalue()


def test_a_zip_gives_the_pages_in_it() -> None:
    """They are ordered by name and read like files. Hidden files and what browsers add are left out, as in a folder."""
    data = zipped(
        {
            "b/tin.html": HTML,
            "b/tin_files/frame.html": HTML,
            "a.txt": TEXT,
            "c.mhtml": mhtml(QUOTED, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n"),
            "d.pdf": b"%PDF-1.7",
            "e.zip": zipped({"f.txt": TEXT}),
            ".DS_Store": b"\0\0\0\1Bud1",
            "__MACOSX/._a.txt": b"\0\5\x16\7",
            "folder/": b"",
        }
    )
    *found, last = unpack(Capture("file", data, file_time=SAVED))
    problem = "file:1: d.pdf: a PDF file, and only HTML and text can be read: save the page as one of them"
    assert [str(item) for item in found if isinstance(item, Problem)] == [problem]
    assert [(item.member, item.file_time) for item in found if isinstance(item, Capture)] == [
        ("a.txt", None),
        ("b/tin.html", None),
        ("c.mhtml", None),
    ]
    assert last == Capture("file", TEXT, member="e.zip/f.txt")


def test_a_zip_of_singlefile_gives_its_page() -> None:
    """The other files in it are parts of the page. It may be a page that unpacks itself in a browser."""
    data = zipped(
        {"index.html": HTML, "manifest.json": b"{}", "images/1.png": b"\x89PNG\r\n", "stylesheet_1.css": b"a{}"}
    )
    assert captures(data) == [Capture("file", HTML, member="index.html")]
    itself = b"<!DOCTYPE html> <html data-sfz><!--\n Page saved with SingleFile -->" + b"<script>//" + bytes(99) + data
    assert captures(itself) == [Capture("file", HTML, member="index.html")]


def test_a_damaged_member_of_a_zip_does_not_hide_the_others() -> None:
    """It is reported by name, and the others are read."""
    data = zipped({"a.html": HTML, "b.txt": TEXT}).replace(b"a.html", b"x.html", 1)
    first, second = unpack(Capture("file", data))
    assert str(first) == "file:1: a.html: compressed data is damaged or cut off"
    assert second == Capture("file", TEXT, member="b.txt")
    assert messages(zipped({})) == messages(zipped({".hidden": HTML})) == ["file:1: a zip file without a page in it"]
    assert messages(data[:-9]) == ["file:1: a zip file that is damaged or cut off"]
    assert captures(zipped({"~~~": TEXT}).replace(b"~~~", b"\0\0\0")) == [Capture("file", TEXT, member="")]
    locked = bytearray(zipped({"b.txt": TEXT}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert messages(bytes(locked)) == ["file:1: b.txt: is encrypted, or packed in a rare way: unpack the zip file"]


def test_a_zip_with_fields_of_64_bits_is_read() -> None:
    """Some tools write them in every zip; the old fields are then full of ones, and say nothing."""
    data = zipped({"a.txt": TEXT})
    at = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack("<LL", data[at + 12 : at + 20])
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = data[at : at + 8] + b"\xff" * 12 + b"\0\0"
    assert captures(data[:at] + record + locator + end) == [Capture("file", TEXT, member="a.txt")]


@pytest.mark.parametrize(
    ("end", "message"),
    [
        pytest.param(
            b"PK\x05\x06" + bytes(8) + (2**25).to_bytes(4, "little") + bytes(6),
            "a zip file of more than 20,000 files: unpack it",
            id="a directory of 32 MiB",
        ),
        pytest.param(
            b"PK\x06\x06" + bytes(36) + (2**40).to_bytes(8, "little") + bytes(8) + b"PK\x05\x06" + b"\xff" * 18,
            "a zip file of more than 20,000 files: unpack it",
            id="a directory of a terabyte",
        ),
        pytest.param(
            b"PK\x05\x06" + bytes(8) + (999).to_bytes(4, "little") + bytes(6),
            "a zip file that is damaged or cut off",
            id="a directory that begins before the file",
        ),
    ],
)
def test_a_zip_that_claims_a_huge_directory_is_refused(tmp_path: Path, end: bytes, message: str) -> None:
    """The directory is not read, whether the zip is a file or bytes in memory."""
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(40) + end)
    assert [str(item) for item in read_captures(path)] == [f"{path}:1: {message}"]
    assert messages(path.read_bytes()) == [f"file:1: {message}"]


def test_bombs_are_stopped() -> None:
    """In bounded time. Pages before the bomb are read, and the rest is reported."""
    start = time.process_time()
    large = b"0" * (8 * 2**20)
    assert messages(gzip.compress(large * 4)) == ["file:1: larger than 8 MiB: no saved page is"]
    bomb = zipped({f"{number:02}.txt": large for number in range(20)})
    found = list(unpack(Capture("file", bomb)))
    assert str(found[-1]) == "file:1: unpacks to more than 100 times its size: the rest of it is not read"
    assert len(found) < 12
    assert messages(zipped({f"{number}": b"" for number in range(20_001)})) == [
        "file:1: a zip file of more than 20,000 files: unpack it"
    ]
    assert time.process_time() - start < 10


# WARC


def response(
    address: str = f"<{ADDRESS}>",
    body: bytes = HTML,
    *,
    status: str = "200 OK",
    headers: str = "Content-Type: text/html; charset=UTF-8\r\n",
    kind: str = "response",
) -> bytes:
    """A WARC record as a crawler writes it."""
    http = f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2026-05-04T01:02:03Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http;msgtype={kind}\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    ).encode() + b"%b\r\n\r\n" % http


WARCINFO = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)
CRAWLED = Capture("file", HTML, member="urn:uuid:1", address=ADDRESS, charset="utf-8", saved=SAVED)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WARCINFO + response(), id="plain"),
        pytest.param(
            gzip.compress(WARCINFO) + gzip.compress(response(kind="request")) + gzip.compress(response()), id="gzip"
        ),
        pytest.param(WARCINFO + response(ADDRESS), id="an address without angle brackets"),
    ],
)
def test_a_warc_gives_the_pages_in_it(data: bytes) -> None:
    """They have the address, charset and time of their records."""
    assert captures(data) == [CRAWLED]


@pytest.mark.parametrize(
    ("kind", "content_type", "body"),
    [("resource", "text/html; charset=UTF-8", HTML), ("conversion", "text/plain; charset=UTF-8", TEXT)],
)
def test_a_warc_may_hold_bare_pages_or_their_text(kind: str, content_type: str, body: bytes) -> None:
    """As warcit and Common Crawl write them."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {ADDRESS}\r\nWARC-Date: 2026-05-04T01:02:03Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    record = head.encode() + body + b"\r\n\r\n"
    assert captures(record) == [CRAWLED._replace(data=body)]
    (message,) = messages(record.replace(b"text/", b"data/"))
    assert message == "file:1: 1 record, and none is an HTML page of SMM"


def brotli(data: bytes) -> bytes:
    """The data as servers compress it for browsers."""
    target = io.BytesIO()
    with BrotliWriter(target) as writer:
        writer.write(data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(gzip.compress(HTML), "Content-Encoding: gzip\r\n", id="gzip"),
        pytest.param(gzip.compress(HTML), "", id="gzip, not declared"),
        pytest.param(zlib.compress(HTML), "Content-Encoding: deflate\r\n", id="deflate"),
        pytest.param(zlib.compress(HTML)[2:-4], "Content-Encoding: deflate\r\n", id="bare deflate"),
        pytest.param(brotli(HTML), "Content-Encoding: br\r\n", id="brotli"),
        pytest.param(b"%x\r\n%b\r\n0\r\n\r\n" % (len(HTML), HTML), "Transfer-Encoding: chunked\r\n", id="chunked"),
        pytest.param(HTML, "Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n", id="declared, and undone before"),
    ],
)
def test_encodings_of_http_are_undone(body: bytes, headers: str) -> None:
    """Some crawlers did so before, and some did not."""
    headers = f"Content-Type: text/html; charset=UTF-8\r\n{headers}"
    assert captures(response(body=body, headers=headers)) == [CRAWLED]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(response("https://evilmetal.com/newscontent/1"), id="another host"),
        pytest.param(response("https://metal.com.example.org/newscontent/1"), id="a host of another's"),
        pytest.param(response("https://metal.com@example.org/newscontent/1"), id="a user's name"),
        pytest.param(response("https://example.org\\@metal.com/newscontent/1"), id="a turned slash"),
        pytest.param(response("ftp://metal.com/newscontent/1"), id="another protocol"),
        pytest.param(response("https://[metal.com/"), id="no address"),
        pytest.param(response(status="404 Not Found"), id="not found"),
        pytest.param(response(status="301 Moved Permanently"), id="moved"),
        pytest.param(response(headers="Content-Type: image/png\r\n"), id="a picture"),
        pytest.param(response(headers=""), id="no content type"),
        pytest.param(response(kind="revisit"), id="a revisit"),
        pytest.param(response(kind="resource"), id="a resource"),
    ],
)
def test_only_pages_of_smm_come_out_of_a_warc(record: bytes) -> None:
    """Other pages are left out silently, unless there are no pages of SMM."""
    assert captures(record + response()) == [CRAWLED]
    (message,) = messages(record)
    assert message.endswith("and none is an HTML page of SMM")


@pytest.mark.parametrize(
    "host", ["metal.com", "www.metal.com", "NEWS.METAL.COM.", "smm.cn", "m.smm.cn:443", "news.smm.cn"]
)
def test_hosts_of_smm(host: str) -> None:
    """All hosts below the two domains, however they are written."""
    assert len(captures(response(f"https://{host}/newscontent/1"))) == 1


def test_a_damaged_record_of_a_warc_is_reported() -> None:
    """The pages before it are read."""
    broken = response(
        "https://news.metal.com/newscontent/2", b"\0\1\2", headers="Content-Type: text/html\r\nContent-Encoding: br\r\n"
    )
    assert messages(broken + response()) == ["file:1: https://news.metal.com/newscontent/2: damaged data"]
    cut = (response() + response())[:-60]
    first, second = unpack(Capture("file", cut))
    assert first == CRAWLED
    assert str(second) == f"file:1: {ADDRESS}: was cut off when it was saved: save it again"
    truncated = response().replace(b"WARC-Type", b"WARC-Truncated: time\r\nWARC-Type")
    assert messages(truncated + response()) == [f"file:1: {ADDRESS}: was cut off when it was saved: save it again"]
    endless = response(headers=f"Content-Type: text/html; x={'y' * 70_000}\r\n")
    assert messages(endless + response()) == [f"file:1: {ADDRESS}: damaged headers"]
    first, second = unpack(Capture("file", response() + b"junk" + response()))
    assert first == CRAWLED
    assert str(second) == "file:1: damaged or cut off after 1 record: what follows is not read"
    packed = gzip.compress(response()) + gzip.compress(response(body=random.Random(5).randbytes(9000)))[:-500]
    first, second, third = unpack(Capture("file", packed))
    assert first == CRAWLED
    assert str(second) == f"file:1: {ADDRESS}: compressed data is damaged or cut off"
    assert str(third) == "file:1: compressed data is damaged or cut off"
    large = response(body=HTML + bytes(8 * 2**20))
    assert messages(large + response()) == [f"file:1: {ADDRESS}: larger than 8 MiB: no page is"]
    bare = response(body=b"\xff" * 9, headers="Content-Type: text/html\r\nContent-Encoding: deflate\r\n")
    assert messages(bare) == [f"file:1: {ADDRESS}: compressed data is damaged or cut off"]


def test_a_wacz_gives_the_pages_of_its_warc_files() -> None:
    """The other files in it are indexes."""
    data = zipped(
        {
            "archive/data.warc.gz": gzip.compress(response()),
            "datapackage.json": b'{"profile": "data-package"}',
            "indexes/index.cdx": b"com,metal)/ 2026",
            "pages/pages.jsonl": b'{"format": "json-pages-1.0"}',
        }
    )
    assert captures(data) == [CRAWLED._replace(member="archive/data.warc.gz/urn:uuid:1")]


def test_without_fastwarc_a_warc_is_reported_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastWARC is not installed with the program, but with an extra."""
    monkeypatch.setitem(sys.modules, "fastwarc", None)
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    monkeypatch.setitem(sys.modules, "fastwarc.stream_io", None)
    monkeypatch.delitem(sys.modules, "feedgen_smm.captures.warc", raising=False)
    assert messages(response()) == ["file:1: a WARC file; to read it: pip install 'feedgen-smm[warc]'"]


def test_a_large_warc_takes_little_memory(tmp_path: Path) -> None:
    """Pages are returned one by one, and neither they nor other answers are kept."""
    path = tmp_path / "crawl.warc"
    with path.open("wb") as file:
        for _ in range(40):
            file.write(response(body=bytes(2**20), headers="Content-Type: image/png\r\n"))
            file.write(response(body=HTML + b" " * 2**20))
    tracemalloc.start()
    try:
        assert sum(1 for page in read_captures(path) if isinstance(page, Capture) and page.address == ADDRESS) == 40
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


# What is none of these


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF file"),
        (b"{\\rtf1\\ansi Tin}", "an RTF (rich text) file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "a Word document, an Outlook message or another Office file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"GIF89a\1\0\1\0", "a picture (GIF)"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b"\0\0\0\x1cftypheic\0\0\0\0", "a picture (HEIC or AVIF)"),
        (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="">', "a picture (SVG)"),
        (b"[InternetShortcut]\r\nURL=https://news.metal.com/\r\n", "a shortcut"),
        (b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\nURL=https:", "a shortcut"),
        (b'{"title": "Tin", "date": 1}', "JSON data"),
        (b'[\n  {"title": "Tin"}\n]', "JSON data"),
        (b'<?xml version="1.0"?><rss version="2.0">', "a feed"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE article>\n<article><title>Tin</title>', "XML data"),
        (b"[26/11/2026, 09:20:02] Ann: Tin holds\n", "a chat"),
        (b"11/26/26, 9:20\xe2\x80\xafAM - Ann: Tin holds\n", "a chat"),
        (b"ZIM\4\6\0\1\0", "a ZIM file of Kiwix"),
        (b"filedesc://crawl.arc 0.0.0.0 20261126012802 text/plain 76\n", "an ARC file, the older form of WARC"),
        (b" CDX a b a m s k r M V g u\ncom,metal,news)/newscontent/1 2026", "an index of a WARC file"),
        (b'com,metal,news)/newscontent/1 20261126012802 {"url": "x"}\n', "an index of a WARC file"),
        (b"\x5d\x2a\x4d\x18\4\0\0\0", "a compressed file (zstd)"),
        (random.Random(1).randbytes(4096), "a binary file"),
        (bytes(range(1, 8)) * 4, "a binary file"),
    ],
)
def test_other_kinds_of_files_are_reported(data: bytes, name: str) -> None:
    """By their first bytes, with the remedy."""
    assert messages(data) == [f"file:1: {name}, and only HTML and text can be read: save the page as one of them"]


def test_a_word_document_and_a_webloc_are_reported() -> None:
    """They look like containers, and hold no page."""
    assert messages(zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})) == [
        "file:1: a Word or other Office document, and only HTML and text can be read: save the page as one of them"
    ]
    assert messages(zipped({"mimetype": b"application/epub+zip", "a.xhtml": HTML})) == [
        "file:1: an OpenDocument or EPUB file, and only HTML and text can be read: save the page as one of them"
    ]
    assert messages(b"bplist00" + b"\xff" * 40) == [
        "file:1: a damaged property list, and only HTML and text can be read: save the page as one of them"
    ]
    shortcut = plistlib.dumps({"URL": ADDRESS})
    assert messages(shortcut) == [
        "file:1: a shortcut, and only HTML and text can be read: save the page as one of them"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[SMM Analysis] Tin holds\n\nPublished: Aug 10, 2020 10:51\n",
        "[6.18 Lithium News] Salt\n",
        "{Tin} holds\n",
        "BMW buys cobalt\n",
        "MZ Holdings buys cobalt from mines in the river valley, and sells it in the same week.\n",
        "Received: 500 mt of zinc\n\nPublished: Aug 10, 2020 10:51\n",
        "Title: Tin holds\nDate: Aug 10, 2020\n\nTin stood.\n",
        "PK is a brand of zinc\n",
        "WARC/ARC\n",
        "From Monday on tin is dear\n\nIt rose.\n",
        "--- Tin ---\n",
        "<Tin> holds\n",
        "11/26/2026 10:30 Source: SMM\n",
        "<?xml version='1.0'?>\n<!DOCTYPE html>\n<html>\n",
    ],
)
def test_text_is_not_taken_for_anything_else(text: str) -> None:
    """Whatever it begins with."""
    assert other_file(text.encode()) is None
    assert captures(text.encode()) == [Capture("file", text.encode())]


# Whatever the bytes

SOUND = [
    mhtml(QUOTED, FRAME, PICTURE, headers=f"Snapshot-Content-Location: {ADDRESS}\r\n"),
    (ALTERNATIVE + "--b\r\nContent-Type: text/plain; format=flowed\r\n\r\nTin \r\nstood\r\n--b--\r\n").encode(),
    zipped({"a.html": HTML, "b.warc.gz": gzip.compress(response()), "c/d.mhtml": mhtml(QUOTED)}),
    WARCINFO + response() + response(body=brotli(HTML), headers="Content-Type: text/html\r\nContent-Encoding: br\r\n"),
    gzip.compress(WARCINFO) + gzip.compress(response()),
    plistlib.dumps({"WebMainResource": {"WebResourceData": HTML, "WebResourceURL": ADDRESS}}, fmt=plistlib.FMT_BINARY),
    plistlib.dumps({"WebMainResource": {"WebResourceData": HTML, "WebResourceURL": ADDRESS}}),
    notes(HTML, TEXT),
    f"---\nsource: {ADDRESS}\nsaved: 2026-05-04T09:02:03+08:00\n---\nTin".encode(),
]


@given(
    st.sampled_from(SOUND),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40)), min_size=1, max_size=6),
)
def test_damaged_containers_never_raise(data: bytes, damage: list[tuple[float, bytes, int]]) -> None:
    """They give pages or problems, and every value can be stored."""
    for where, put, cut in damage:
        place = int(where * len(data))
        data = data[:place] + put + data[place + cut :]
    for item in unpack(Capture("file", data)):
        if isinstance(item, Problem):
            assert item.message.isprintable()
        else:
            assert item.saved is None or item.saved.tzinfo is UTC
            assert all(text is None or text.isprintable() for text in (item.member, item.address, item.charset))


@given(st.binary())
def test_any_bytes_are_a_page_or_a_problem(data: bytes) -> None:
    """Unknown bytes are returned as a page, unchanged."""
    (item,) = unpack(Capture("file", data))
    assert isinstance(item, Problem) or item.data == data
