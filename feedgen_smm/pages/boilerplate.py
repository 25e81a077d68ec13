"""What SMM prints around and inside its articles and is not the article.

The words are the site's, as seen on saved pages from 2009 to 2026. A line is known by how it begins, so that the
wordings of different years, and lines the saved copy cut short, are the same line.
"""

import re

# Patterns of what few pages hold are compiled by `re` when one is met.

TITLE_SUFFIXES = (
    " - Shanghai Metals Market (SMM)",
    " - SMM - Shanghai Metals Market",
    "_SMM | Shanghai Non ferrous Metals",
)

# The first of these ends the body; none of them is always there.
_BODY_ENDS = (
    "Data Source Statement",
    "数据来源声明",
    "For any inquiries or to learn",
    "For queries, please contact",
    "For editorial queries",
    "For news cooperation",
    "For more information on how to access",
    "For more information on how to",
    "Related Price",
    "Related News",
    "Related news",
    "More popular news",
    "SMM Events & Webinars",
)
RELATED_HEADINGS = ("Related News", "Related news")

# What follows the related items.
NOT_RELATED = (*_BODY_ENDS, "Copyright ©", "None of this material may be used")

# Lines that may stand anywhere and are never the article's.
_NEVER_BODY = (
    '"SMM online Q & A" has come',
    "Scan the QR code",
    "The content below was translated by",
    "Copyright ©",
    "None of this material may be used",
    "The local prices are expected to be released soon",
    "Got it",
    "Sign In",
    "No Data",
    "+86 021",
    "》",
    '"Click online to',
    '"View details',
    "“Click online to",
    "“View details",
)
_NEVER_BODY_WHOLE = frozenset({"Save", "Read More", "Language:", "SMM", "All", "(详情)", "详情"})
# A link to a chart or a subscription set in a paragraph; what follows it is the link's own text.
_INLINE_PROMO = r" ?》 ?(?:Click|Subscribe|View|Check) .*|[ (（]*(?:点击)?(?:查看)?详情[)）]?(?: ?来源[:：].*)?$"
# 2015–17: headlines of other articles set among the paragraphs.
_OTHER_HEADLINE = r"[A-Z][^.!?]*, SMM (?:Reports|Says|Notes|Finds|Learns|Learned|Survey Shows|Expects|Analysis)"
# A desk signs above the contact lines: its name, then a name and a telephone number a line.
_SIGNATURE = re.compile(r"SMM [\w& ]{1,40}Team|[^\d.。:：]{2,40}[ :：]*(?:\+?86[- ]?)?0\d{2,3}[- ]?\d{4}[- ]?\d{4}")

SOURCE_LINE = re.compile(r"(?:- )?(?:Source ?[:：] ?\S.{0,40}|SMM)|来源[:：].{1,40}")

_MENU_WORDS = (
    "Non-ferrous", "Base Metals", "Rare Earth", "Rare Earths", "Scrap Metals", "Minor Metals", "Precious Metals",
    "Ferrous Metals", "New Energy", "Aluminum", "Aluminium", "Copper", "Lead", "Nickel", "Tin", "Zinc", "Solar",
    "Lithium", "Cobalt", "Gold", "Silver", "Steel", "Iron Ore", "Magnesium", "Silicon", "Manganese", "Antimony",
    "Tungsten", "Titanium", "Bismuth", "Indium", "Germanium", "Gallium", "Selenium", "Tellurium", "Chromium",
    "Molybdenum", "Vanadium", "Scrap", "Bullion", "Futures", "SMM Index", "MMi", "Dashboard", "Database", "Pro",
    "Reports", "Events", "Car Insight", "Prices", "Price", "News", "Metal News", "Metals News", "NewsFlash", "Data",
    "Research", "Conference", "Conferences", "Webinars", "Market", "Markets", "Analysis", "Insight", "Insights", "Live",
    "Latest News", "Company", "Subscribe", "Subscription", "Services", "Consulting", "Home", "Menu", "Search", "Cart",
    "Sign In", "Sign Up", "Login", "Log In", "Login/Register", "Language:", "English", "中文", "SMM", "Got it",
    "About Us", "Contact Us",
)  # fmt: skip
_MENU = frozenset(_MENU_WORDS)
_LONGEST_FIRST = sorted(_MENU_WORDS, key=len, reverse=True)
_FUSED_MENU = f"(?:{'|'.join(map(re.escape, _LONGEST_FIRST))}){{2,}}(?=[A-Z【\\[])|.{{1,200}}?[a-z](?=SHANGHAI, [A-Z])"

_IMAGE = r"!\[([^\n]*?)\]\((?:https?:)?//[^)\s]*\)?"
_ENDS_A_SENTENCE = (".", "!", "?", "。", "！", "？", ";", "；", ":", "：", ",", "，", '"', "”")


def ends_body(line: str) -> bool:
    """Whether the body is over at this line."""
    return line.startswith(_BODY_ENDS)


def is_signature(line: str) -> bool:
    """Whether the line is a desk's name or one of its telephone lines."""
    return len(line) < _LONGEST_SIGNATURE and _SIGNATURE.fullmatch(line) is not None


def is_never_body(line: str) -> bool:
    """Whether the line is the site's wherever it stands: an invitation, a menu button, a promo, another headline."""
    return line.startswith(_NEVER_BODY) or line in _NEVER_BODY_WHOLE or _is_other_headline(line)


def _is_other_headline(line: str) -> bool:
    return ", SMM " in line and re.fullmatch(_OTHER_HEADLINE, line) is not None


def is_menu_word(line: str) -> bool:
    """Whether the line is an entry of the site's menus."""
    return line in _MENU or is_never_body(line)


def without_fused_menu(line: str) -> str:
    """The line without menu words that a saved copy ran together before it: `DashboardDatabaseSHANGHAI, …`."""
    fused = re.match(_FUSED_MENU, line) if "SHANGHAI, " in line or line.startswith(_MENU_WORDS) else None
    return line[fused.end() :] if fused else line


def without_promo(line: str) -> str:
    """The line without a link's text set at its end."""
    return re.sub(_INLINE_PROMO, "", line) if "》" in line or "详情" in line else line


def without_images(line: str) -> str:
    """The line without Markdown images."""
    return re.sub(_IMAGE, "", line).strip() if "![" in line else line


def image_titles(line: str) -> list[str]:
    """What the images of a line say they show, where that reads like a headline."""
    return [alt for alt in map(str.strip, re.findall(_IMAGE, line)) if len(alt) >= _SHORTEST_HEADLINE and " " in alt]


def without_title_suffix(line: str) -> str:
    """A title without the site's name behind it."""
    for suffix in TITLE_SUFFIXES:
        line = line.removesuffix(suffix)
    return line


def looks_like_tag(line: str) -> bool:
    """Whether the line could be one of an article's tags: a few words, no sentence and no figure."""
    return (
        len(line) <= _LONGEST_TAG
        and not line.endswith(_ENDS_A_SENTENCE)
        and line.count(" ") <= _MOST_SPACES_IN_TAG
        and not any(map(str.isdecimal, line))
    )


_SHORTEST_HEADLINE = 15
_LONGEST_SIGNATURE = 80
_LONGEST_TAG = 48
_MOST_SPACES_IN_TAG = 5
