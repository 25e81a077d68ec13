"""When two texts say the same words: what a correction is measured against."""

import re
import unicodedata

# White space and quotation marks of every style: re-saving, re-flowing and re-quoting are no corrections.
_IDLE = re.compile(
    "[\\s\"'`\u00b4\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\u3008-\u300f\u301d-\u301f\uff02\uff07]+"
)


def key(text: str) -> str:
    """`text` without white space and quotation marks: equal keys are equal words, figures and punctuation."""
    return _IDLE.sub("", text if text.isascii() else unicodedata.normalize("NFC", text))


def continues(longer: str, shorter: str) -> bool:
    """Whether one text says all the words of the other, and more after them."""
    longer_key, shorter_key = key(longer), key(shorter)
    return len(longer_key) > len(shorter_key) and longer_key.startswith(shorter_key)
