"""Bytes to lines: every encoding that can be told, and nothing in the lines that a feed cannot carry."""

import codecs

import pytest

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture
from feedgen_smm.pages.page import parse
from feedgen_smm.pages.text import decode, split_lines, tidy_lines

ENGLISH = "Zinc’s premium – up 2% – “surprised” traders…"
CHINESE = "【锌价上涨】上海有色网讯：今日锌价上涨，市场成交清淡，贸易商出货积极，下游按需采购。"


def read_lines(data: bytes, charset: str | None = None) -> list[str]:
    """The tidied lines of a text."""
    text = decode(data, charset)
    return tidy_lines(text, split_lines(text))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(f"{ENGLISH}\n{CHINESE}".encode(), [ENGLISH, CHINESE], id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + CHINESE.encode(), [CHINESE], id="utf-8 with its mark"),
        pytest.param(codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), [CHINESE], id="utf-16-le with its mark"),
        pytest.param(codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), [CHINESE], id="utf-16-be with its mark"),
        pytest.param(codecs.BOM_UTF32_LE + CHINESE.encode("utf-32-le"), [CHINESE], id="utf-32-le with its mark"),
        pytest.param(
            "Zinc rose today.\nTin fell.".encode("utf-16-le"), ["Zinc rose today.", "Tin fell."], id="utf-16-le"
        ),
        pytest.param(
            "Zinc rose today.\nTin fell.".encode("utf-16-be"), ["Zinc rose today.", "Tin fell."], id="utf-16-be"
        ),
        pytest.param(f"{CHINESE}\n{CHINESE}".encode("gb18030"), [CHINESE, CHINESE], id="gb18030"),
        pytest.param(ENGLISH.encode("cp1252"), [ENGLISH], id="windows-1252"),
        pytest.param(
            b"Tin \xe2\x80rose\xe2\x80. " + b"It rose again. " * 20,
            ["Tin rose. " + ("It rose again. " * 20).strip()],
            id="damaged, in English",
        ),
        pytest.param(f"{ENGLISH} 锌".encode()[:-1], [ENGLISH], id="utf-8 cut inside a character"),
        pytest.param(
            f"{CHINESE}锌".encode().replace("锌价".encode(), b"\xff\xe9", 1), [f"【上涨】{CHINESE[6:]}锌"], id="damaged"
        ),
    ],
)
def test_encodings(data: bytes, expected: list[str]) -> None:
    """Text is read in the encoding that its bytes show."""
    assert read_lines(data) == expected


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        (CHINESE.encode("gb18030"), "gb2312", CHINESE),
        ("鉛價".encode("big5"), "Big5", "鉛價"),
        (CHINESE.encode(), "gb2312", CHINESE),
        (CHINESE.encode(), "iso-8859-1", CHINESE),
        (ENGLISH.encode("cp1252"), "gb2312", ENGLISH),
        (CHINESE.encode("gb18030"), "no-such-charset", CHINESE),
    ],
)
def test_a_declared_charset_is_believed_where_it_fits(data: bytes, charset: str, expected: str) -> None:
    """What a file says of its encoding may be wrong; its bytes are not."""
    assert read_lines(data, charset) == [expected]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(range(256)) * 8, id="all bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(1000), id="a picture"),
        pytest.param(b"\x00" * 5000, id="NULs"),
        pytest.param(bytes((index * 97 + 131) % 256 for index in range(5000)), id="noise"),
    ],
)
def test_binary_is_no_text(data: bytes) -> None:
    """What is not text in any encoding is refused with a message."""
    with pytest.raises(NoArticleError, match="not text"):
        read_lines(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\r\ntwo\rthree\nfour", ["one", "two", "three", "four"]),
        ("  two  words\t\u00a0here\u3000 ", ["two words here"]),
        ("cop\x00per \x1bis the red metal, as everybody knows\x08", ["copper is the red metal, as everybody knows"]),
        ("a\u0085b\u2028c\x0bd\x0ce", ["a b c d e"]),
        ("a\x80b\x9fc\x7fd", ["abcd"]),
        ("a\ufffeb\uffffc\ufdd0d\U0001ffffe", ["abcde"]),
        ("a\ufeffb\ufffdc", ["abc"]),
        ("a\u202eb\u202cc \u2067d\u2069", ["abc d"]),
        ("\u200b\n\u00ad \u2060\nzinc", ["", "", "zinc"]),
        ("flag 🇨🇳, rare 𠮷, zero\u200bwidth", ["flag 🇨🇳, rare 𠮷, zero\u200bwidth"]),
    ],
)
def test_lines_are_what_feeds_can_carry(text: str, expected: list[str]) -> None:
    """White space folds to single spaces; what XML cannot carry, or validators warn of, is dropped; the rest stays."""
    assert read_lines(text.encode()) == expected


def test_lone_surrogates_are_dropped() -> None:
    """Half a character, as careless programs save it, is lost without the rest."""
    data = "zinc \ud83d rose; 铅价持平，铜价上涨，镍价回落，市场观望".encode("utf-8", "surrogatepass")
    assert read_lines(data) == ["zinc rose; 铅价持平，铜价上涨，镍价回落，市场观望"]


def test_lines_that_end_in_carriage_returns_are_counted_like_others() -> None:
    """Also where an address was broken, and lines are joined again."""
    text = (
        "# Zinc output climbs\n\nPublished: May 11, 2024 10:20\n\n"
        "Refined zinc output in the [Orlan](/newscontent/100000032-a-very-long-\naddress\r-that-does-not-fit basin"
        " reached 41,200 mt in May, a tenth more than a\nyear earlier, the works reported.\n\n"
        "> Buyers held back on Tuesday; premiums over the June contract slipped by 15\n"
        "> yuan/mt in the second session.\n\n[Read More](/newscontent/100000033-tin-slips-at-the-coast-for-a-second-\n"
        "week)\n"
    )
    assert parse(Capture("page.txt", text.encode())).lines[0] == "Zinc output climbs"
