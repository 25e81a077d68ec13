"""What of an HTML page nobody reads as its article is taken out: what is hidden, menus, footers, boxes around the text."""

import re

from lxml.html import HtmlElement

_UNSEEN = frozenset(
    "script style noscript template svg select option button input textarea iframe object embed audio video canvas map nav"
    " dialog datalist head math".split()
)
_UNSEEN_ROLES = frozenset("navigation dialog alertdialog search menu menubar alert tooltip toolbar".split())
_FURNITURE = frozenset("aside footer header".split())
_FURNITURE_ROLES = frozenset("banner contentinfo complementary".split())
_HIDDEN_STYLE = re.compile(
    r"display ?: ?none|visibility ?: ?hidden|(?:left|top|text-indent) ?: ?-\d{3,}|clip ?: ?rect\(", re.IGNORECASE
)
_AT_RULES = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_RULES = re.compile(r"([^{}]*)\{([^{}]*)\}")
_CLASS_SELECTOR = re.compile(r"\s*\.([\w-]+)\s*")
_MOST_STYLE = 500_000  # letters
_WORDS = re.compile("[a-z]+")
_HIDDEN_CLASSES = frozenset("sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only".split())
# Words of the classes of boxes around an article.
_BOXES = frozenset(
    "comment comments disqus cookie cookies consent gdpr newsletter subscribe subscription modal popup popover advert advertisement"
    " ads adsense banner sidebar tags tag keywords share sharing social breadcrumb breadcrumbs crumb crumbs menu navbar navigation"
    " pagination pager toolbar paywall promo sponsor login signin signup footer".split()
)
_LISTS = frozenset("div dl li menu ol p section span table tbody td tr ul".split())
_LINKED = 0.8  # of the letters, in a block that is a list of links
_FEWEST_LINKS = 2

_LONG_TAG = re.compile(r"""<[A-Za-z](?:"[^"]*+"|'[^']*+'|[^>"']++|["']){2000,}+>?|<[A-Za-z][^>]{4000,}+>?""")
_MOST_ATTRIBUTES = 500


def without_absurd_tags(text: str) -> str:
    """The page with tags of hundreds of attributes laid bare: the time to parse one grows with the square of them."""
    return _LONG_TAG.sub(_bare, text)


def _bare(tag: re.Match[str]) -> str:
    parts = tag[0].split()
    count = sum(part.count("=") + (part.count("/") if "=" not in part else 0) + 1 for part in parts)
    return tag[0] if count <= _MOST_ATTRIBUTES else f"<{re.match('[A-Za-z0-9]+', tag[0][1:])[0]}>"  # type: ignore[index]


def drop_unseen(root: HtmlElement) -> None:
    """Take out what a browser does not show, and menus."""
    hidden = _HIDDEN_CLASSES | _hidden_classes(root)
    for element in [element for element in root.iter() if _is_unseen(element, hidden)]:
        if element.getparent() is not None:
            element.drop_tree()


def _is_unseen(element: HtmlElement, hidden: frozenset[str]) -> bool:
    if element.tag in _UNSEEN or not isinstance(element.tag, str):
        return True
    attributes = element.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    classes = attributes.get("class")
    return bool(
        "hidden" in attributes
        or (style and _HIDDEN_STYLE.search(style))
        or attributes.get("role") in _UNSEEN_ROLES
        or (classes and not hidden.isdisjoint(classes.split()))
    )


def _hidden_classes(root: HtmlElement) -> frozenset[str]:
    """The classes that the page's style sheets hide on every screen."""
    found: set[str] = set()
    left = _MOST_STYLE
    for style in root.iter("style"):
        text = (style.text or "")[:left]
        left -= len(text)
        if "none" not in text and "hidden" not in text:
            continue
        for selectors, declarations in _RULES.findall(_AT_RULES.sub("", text)):
            if _HIDDEN_STYLE.search(declarations):
                matches = map(_CLASS_SELECTOR.fullmatch, selectors.split(","))
                found |= {match[1] for match in matches if match}
    return frozenset(found)


def drop_furniture(root: HtmlElement) -> None:
    """Take out what stands around the article: headers, footers, asides, boxes, lists of links."""
    kept = _around_headline(root)
    whole = len(root.text_content()) or 1
    for element in list(root.iter()):
        if element in kept or element.getparent() is None:
            continue
        if _is_furniture(element) or (_is_box(element) and len(element.text_content()) < whole / 2):
            element.drop_tree()
    for element in [element for element in root.iter(*_LISTS) if element not in kept and _is_list_of_links(element)]:
        if element.getparent() is not None:
            element.drop_tree()


def _around_headline(root: HtmlElement) -> set[HtmlElement]:
    """The elements that hold the headline, which are no furniture."""
    kept = {root}
    for element in root.iter("h1", "body", "main", "article"):
        kept |= {element, *element.iterancestors()}
    return kept


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag not in _FURNITURE and element.get("role") not in _FURNITURE_ROLES:
        return False
    # The header of an article is its heading.
    return element.tag != "header" or not any(parent.tag in ("article", "main") for parent in element.iterancestors())


def _is_box(element: HtmlElement) -> bool:
    names = element.get("class"), element.get("id")
    return any(name and not _BOXES.isdisjoint(_words(name)) for name in names)


def _words(name: str) -> list[str]:
    """The words of a class, without the hash that a site's tool adds: `shareBar___x1` is share and bar."""
    plain = " ".join(part.split("___")[0].split("__")[0] for part in name.split())
    return _WORDS.findall(re.sub("(?<=[a-z])(?=[A-Z])", " ", plain).casefold())


def _is_list_of_links(element: HtmlElement) -> bool:
    links = list(islice_links(element))
    if len(links) < _FEWEST_LINKS:
        return False
    letters = sum(len("".join(link.text_content().split())) for link in links)
    whole = len("".join(filter(str.isalnum, element.text_content())))
    return letters >= _LINKED * whole


def islice_links(element: HtmlElement) -> list[HtmlElement]:
    """The links below an element."""
    return element.findall(".//a")
