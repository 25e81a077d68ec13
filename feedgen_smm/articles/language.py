"""Which language a text is in, and whether two texts say the same words."""

import re
import unicodedata

# Words that nearly every paragraph has, and that are rare in the other languages listed.
_COMMON_WORDS = {
    "de": frozenset("der die das und ist nicht mit für von auf wird werden eine auch".split()),
    "en": frozenset("the of and to in is for on with was at by from as are that this has will".split()),
    "es": frozenset("el los las del una por para con que y según más mercado fue".split()),
    "fr": frozenset("le les des et une du dans pour sur est par avec aux selon été".split()),
    "id": frozenset("yang dan di dari untuk dengan pada ini akan tidak oleh harga dalam".split()),
    "pt": frozenset("os as do da dos das uma em para com não pelo pela ao mais e foi".split()),
    "vi": frozenset("và của là các trong được cho với không giá thị trường năm".split()),
}
_SCRIPTS = (
    ("ja", "\u3041", "\u30ff"),  # kana
    ("ko", "\uac00", "\ud7a3"),
    ("zh", "\u3400", "\u9fff"),
    ("th", "\u0e01", "\u0e5b"),
    ("ru", "\u0400", "\u04ff"),
)
_FIRST_OTHER_SCRIPT = "\u0400"
_ENOUGH = 400  # letters; a language shows sooner, and texts can be long

# White space, and quotation marks of every style: a text that differs only in these was not corrected.
_IGNORED = re.compile(
    "[\\s\"'`\u00b4\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\u3008-\u300f\u301d-\u301f\uff02\uff07]+"
)


def identify(text: str) -> str:
    """The BCP 47 tag of the language of `text`; English, the language of most pages, if nothing shows it.

    The text itself has to tell: SMM's addresses and menus do not.
    """
    sample = text[:_ENOUGH]
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        others = [letter for letter in sample if letter >= _FIRST_OTHER_SCRIPT]
        for tag, first, last in _SCRIPTS:
            # Japanese needs only a tenth of kana among Chinese characters; a few Chinese names make no text Chinese.
            share = 0.1 if tag == "ja" else 0.3
            if sum(first <= letter <= last for letter in others) > share * letters:
                return tag
    words = set(sample.casefold().split())
    shown = {tag: len(common & words) for tag, common in _COMMON_WORDS.items()}
    return min(shown, key=lambda tag: (-shown[tag], tag != "en", tag))


def words_of(text: str) -> str:
    """`text` without white space and quotation marks, to compare its words, figures and punctuation with another's."""
    return _IGNORED.sub("", text if text.isascii() else unicodedata.normalize("NFC", text))


def continues(longer: str, shorter: str) -> bool:
    """Whether one text has all the words of the other, and more after them."""
    longer_words, shorter_words = words_of(longer), words_of(shorter)
    return len(longer_words) > len(shorter_words) and longer_words.startswith(shorter_words)
