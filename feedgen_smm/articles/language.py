"""The language of a text, read off the text itself: SMM's addresses and menus do not tell it."""

# Words too common to be missing from a paragraph, and rare or absent in the other languages listed.
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


def identify(text: str) -> str:
    """The BCP 47 tag of the language of `text`; English, SMM's own on this site, where nothing tells."""
    sample = text[:_ENOUGH]
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        others = [letter for letter in sample if letter >= _FIRST_OTHER_SCRIPT]
        for tag, first, last in _SCRIPTS:
            # A tenth of kana makes Japanese of any number of Han; names in Chinese do not make a page Chinese.
            share = 0.1 if tag == "ja" else 0.3
            if sum(first <= letter <= last for letter in others) > share * letters:
                return tag
    words = set(sample.casefold().split())
    shown = {tag: len(common & words) for tag, common in _COMMON_WORDS.items()}
    return min(shown, key=lambda tag: (-shown[tag], tag != "en", tag))
