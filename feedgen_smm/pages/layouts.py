"""The site's layouts, and what it prints around and inside its articles that is not the article.

A row says how a layout is recognised, and where its title, standfirst, body and tags stand. Which layout a page has
depends on how it was saved and not on when it was written, so no row asks for a year. A new layout is a row here and a
page with its expectation among the tests.

The words are the site's, as seen on saved pages from 2009 to 2026. A line is recognised by its beginning, because
wordings differ from year to year and copies may be cut short. Only if a sentence may begin like that too, the whole
line is compared.
"""

import re
from enum import Enum
from typing import NamedTuple

# Patterns of what few pages hold are compiled by `re` when one is met.

TITLE_SUFFIXES = (
    " - Shanghai Metals Market (SMM)", " - SMM - Shanghai Metals Market", " - Shanghai Metals Market",
    "_SMM | Shanghai Non ferrous Metals", "_SMM | 上海有色网", "_上海有色网",
)  # fmt: skip
SITE_NAMES = frozenset(
    {
        "", "SMM", "Shanghai Metals Market", "SMM - Shanghai Metals Market", "Shanghai Metals Market (SMM)",
        "上海有色网", "News", "SMM News", "Metal News", "Home",
    }
)  # fmt: skip

# The first of these ends the body; none of them is always there.
_BODY_ENDS = (
    "Data Source Statement", "数据来源声明", "For any inquiries or to learn", "For queries, please contact",
    "For editorial queries", "For news cooperation", "For more information on how to access",
    "For more information on how to", 'Related News"', 'Related News "', "Related News|",
)  # fmt: skip
_TAGS = re.compile("(?:Tags?|Keywords|标签|关键词|タグ|태그|Etiquetas|Schlagwörter|Mots-clés|Palavras-chave) ?[:：]")
RELATED_HEADINGS = frozenset(
    {
        "Related News", "Related news", "Related Articles", "Related articles", "Related Stories", "Related",
        "More popular news", "Hot News", "Hot news", "Popular News", "Most Read", "Most read", "Most Popular",
        "Trending", "Latest News", "Latest news", "Recommended", "Recommended for you", "You may also like",
        "Read next", "More News", "相关阅读", "相关新闻", "相关资讯", "相关推荐", "推荐阅读", "热门资讯", "热门新闻",
        "热点资讯", "最新资讯", "最新新闻", "Verwandte Nachrichten", "Ähnliche Nachrichten", "Ähnliche Artikel",
        "Weitere Nachrichten",
        "Noticias relacionadas", "Artículos relacionados", "Actualités liées", "Actualités connexes",
        "Articles liés", "Articles connexes", "Nouvelles connexes", "Notícias relacionadas",
        "Artigos relacionados", "Notizie correlate", "Articoli correlati", "Berita Terkait", "Berita terkait",
        "Tin tức liên quan", "Tin liên quan", "Связанные новости", "Похожие новости", "関連ニュース", "관련 뉴스",
        "ข่าวที่เกี่ยวข้อง", "İlgili Haberler", "人気記事", "おすすめ記事", "最新ニュース", "Meistgelesen",
        "Lo más leído", "Mais lidas", "Les plus lus", "Berita Populer", "Berita Terpopuler", "Popular",
    }
)  # fmt: skip
RELATED_HEADINGS |= {heading.upper() for heading in RELATED_HEADINGS}  # as some tools write headings
_RELATED = tuple(RELATED_HEADINGS)
_CLOCK = re.compile(r", \d{4} \d\d:\d\d\b")  # of an item on the line of the heading
# Headings of blocks beside an article, ignoring case: a date below one is another article's. `Latest News` is none
# of them, for it is also the last entry of the menu above a headline.
_SIDE_HEADINGS = frozenset(
    heading.casefold()
    for heading in {
        *RELATED_HEADINGS, "Trending now", "Up next", "Next", "Next up", "Next article", "Next story", "Previous",
        "Previous article", "Previous story", "Editor's picks", "Editors' picks", "Most viewed", "Top stories",
        "Don't miss", "More on this topic", "Also read", "Read also", "上一篇", "下一篇", "Nächster Artikel",
        "Vorheriger Artikel", "Siguiente artículo", "Article suivant", "Próximo artigo",
    } - {"Latest News", "Latest news"}
)  # fmt: skip
_BODY_ENDS_WHOLE = RELATED_HEADINGS | {
    "Related Price", "Related Prices", "SMM Events & Webinars", "Comments", "Comment", "Leave a comment",
    "Leave a Comment", "Leave a reply", "Leave a Reply", "Add a comment", "Post a comment",
    "Join the discussion", "评论", "发表评论", "网友评论", "Kommentare", "Comentarios", "Commentaires", "Comentários",
    "Komentar", "コメント", "Tags", "Share this article",
}  # fmt: skip
_COUNTED_COMMENTS = re.compile(
    r"(?i)(?:Comments?|评论|Kommentare|Comentarios|Commentaires|Comentários|Komentar|コメント) ?[(（]\d+[)）]"
    r"|\d+ comments?"
)
# `Statement on Sources: …`, `Erklärung zur Datenquelle: …`: the statement in words that are not known yet.
_STATEMENT = re.compile(
    "statement|disclaimer|declaration|notice|erklärung|hinweis|haftungsausschluss|déclaration|declaración|declaração"
    "|dichiarazione|pernyataan|声明|avis"
)
_SOURCES = re.compile(
    "source|data|quelle|daten|donnée|dato|fuente|fonte|dado|dati|sumber|来源|数据|データ|disclaimer|haftung"
)
_COPYRIGHT = r"(?i)(?:\w+ ){0,3}(?:Copyright ?(?:©|\(c\))|©|Copyright) ?(?:\d{4}|SMM|Shanghai|All rights).{0,160}"

# Lines that may stand anywhere and are never the article's.
_NEVER_BODY = (
    '"SMM online Q & A" has come', "Scan the QR code", "The content below was translated by",
    "None of this material may be used", "The local prices are expected to be released soon", "Sign in to read",
    "Sign in to continue", "Log in to read", "Log in to continue", "Subscribe to read",
    "You need to enable JavaScript", "We are pleased to provide the whole", "SMM's newly launched", "+86 021",
    "(BUTTON)", "[ ]", "Share on:", "Share to:", "Share this ", "分享到", "上一篇", "下一篇", "Previous article",
    "Next article", "》", '"Click online to', '"View details', "“Click online to", "“View details", "沪ICP备",
    "上海有色网信息科技",
)  # fmt: skip
_NEVER_BODY_WHOLE = frozenset(
    {
        "Save", "Subscribe", "Login", "Log In", "Sign Up", "Search", "Menu", "Read also", "Read More", "Read more",
        "Language:", "SMM", "All", "(详情)", "详情", "Got it", "Sign In", "Sign in", "No Data", "About Us",
        "Contact Us", "We value your privacy", "Accept All", "Accept all", "Accept", "Reject All", "Reject all",
        "Accept all cookies", "Accept cookies", "Cookie settings", "Manage cookies", "Manage preferences",
        "Privacy settings", "I agree", "Share", "Print", "Back to top", "Top", "Advertisement", "Sponsored",
        "Facebook", "Twitter", "X", "LinkedIn", "WhatsApp", "Telegram", "WeChat", "Weibo", "Email", "E-mail",
        "Copy link", "Tweet", "Stay informed", "Newsletter", "SMM Newsletter", "分享",
        "收藏", "打印", "微信", "微博", "展开全文", "阅读全文",
    }
)  # fmt: skip
READ_MORE = frozenset(
    {
        "Read More", "Read more", "More", "Mehr lesen", "Weiterlesen", "Leer más", "Lire la suite", "En savoir plus",
        "Ler mais", "Leia mais", "Selengkapnya", "Baca selengkapnya", "Xem thêm", "阅读更多", "查看更多", "查看详情",
        "もっと見る", "続きを読む", "더 보기",
    }
)  # fmt: skip
# What a site says to its visitors: about cookies, browsers, terms, and how a page was printed.
_NOTICE = (
    r"(?i)\b(?:cookies?|JavaScript|your browser|terms of (?:use|service)|privacy policy|your consent|ad ?blocker)\b"
    r"|Cookies?\b|浏览器|隐私|Skip to (?:main )?content"
)
_NOTICE_IN_A_SENTENCE = (
    r"(?i)\b(?:newsletter|web ?site|privacy|log ?in|sign in|sign up|free trial|this page|our (?:service|app|site))\b"
)
_PRINTED = r"(?i)Printed (?:from|on|by)\b"
_INVITATION = (
    r"(?i)(?:Subscribe|Sign up|Register)\b.{0,40}\bnewsletters?\b|Get .{2,60} in your inbox\b|^订阅我们|ニュースレター"
    r"|^(?:Newsletter abonnieren|Abonnieren|Abonnez|Suscríb|Assine|Inscreva|Berlangganan)\w*(?: .{0,40})?"
)
_WORDS_OF_INVITATIONS = "newsletter inbox 订阅我们 ニュースレター bonn uscríb ssine nscreva langganan".split()
_NETWORKS = frozenset("Facebook Twitter X LinkedIn WhatsApp Telegram WeChat Weibo Pinterest Reddit Email".split())
_MOST_BUTTONS, _MOST_OTHER_WORDS = 8, 2  # in a row of buttons: `Share`, `Copy link`
# Each of these patterns needs one of these words, which are found faster.
_WORDS_OF_NOTICES = (
    "cookie", "javascript", "browser", "terms of", "privacy", "consent", "blocker", "浏览器", "隐私", "skip to",
    "printed", "newsletter", "site", "log", "sign ", "free trial", "this page", "our ",
)  # fmt: skip
# A link to a chart or a subscription set in a paragraph; what follows it is the link's own text.
_INLINE_PROMO = r" ?》 ?(?:Click|Subscribe|View|Check) .*|[ (（]*(?:点击)?(?:查看)?详情[)）]?(?: ?来源[:：].*)?$"
# 2015–17: headlines of other articles set among the paragraphs.
_OTHER_HEADLINE = r"[A-Z][^.!?]*, SMM (?:Reports|Says|Notes|Finds|Learns|Learned|Survey Shows|Expects|Analysis)"
# A desk signs above the contact lines: its name, then a name and a telephone number a line.
_SIGNATURE = r"SMM [\w& ]{1,40}Team|[^\d.。:：]{2,40}[ :：]*(?:\+?86[- ]?)?0\d{2,3}[- ]?\d{4}[- ]?\d{4}"

SOURCE_LINE = re.compile(r"(?:- )?(?:Source ?[:：] ?\S.{0,40}|SMM)|来源[:：].{1,40}")

# What stands between a headline and its date: who wrote it, how long it takes to read, buttons.
_READING_TIME = (
    r"(?:Reading time|Read time|Est\. reading|Lesezeit|Lesedauer|Temps de lecture|Tiempo de lectura"
    r"|Tempo de leitura|Waktu baca|阅读时间)\W.*"
    r"|(?:about |ca\. )?\d+(?: ?[–-] ?\d+)?[ -]?(?:min|mins|minutes?|Minuten|minutos)"
    r"(?: (?:de )?(?:read|reading|lecture|lectura|Lesezeit))?"
)
_COUNT = (
    r"\d[\d,.]* ?(?:views?|reads?|comments?|shares?|likes?|words?|阅读)"
    r"|(?:Views?|Reads?|Comments?|阅读量?|浏览量?|评论) ?[:：]? ?[\d,.]+"
)
_BUTTON = (
    r"(?:Share|Save|Print|E-?mail|Copy link|Copy|Tweet|Listen|Follow|Like|Bookmark|Facebook|Twitter|X|LinkedIn|WhatsApp"
    r"|WeChat|Telegram|Weibo|Download PDF|PDF|Aa|A[-+]|Favou?rites?|Subscribe|Comments?|Translate|Play|Teilen|Drucken"
    r"|Merken|Partager|Imprimer|Compartir|Imprimir|Bagikan|分享|收藏|打印|微信|微博)"
    r"(?: (?:this |us )?(?:article|story|page|post|news|to|on|via|with|link|audio)\b.*)?[:：]?"
)
_LABELLED = (
    r"(?:Source|Author|Editor|来源|作者|编辑) ?[:：]?"
    r"|(?:By|Written by|Reported by|Edited by|Posted by|Authors?|Editors?|Reporter|Translator|Analyst|Von|Autor|Par"
    r"|Auteur|Por|作者|编辑|责任编辑|记者|Photo|Image|Picture|Caption|Foto|Bild|Credit|图|图片来源|Category|Section|Topic"
    r"|Tags?|Keywords?|Font size|字号) ?[:：].{0,80}"
    r"|文 ?[:：].{1,40}|(?:Photo|Image|Picture) (?:by|courtesy of|credit) .{1,60}"
)
_BYLINE = (
    r"(?-i:(?:By|Written by|Reported by|Edited by|Posted by|Von|Par|Por|Oleh)"
    r" (?:[A-Z][\w.'’-]+? ?){1,4}(?:, .{1,40})?)"
)
_BETWEEN = f"(?i){_READING_TIME}|{_COUNT}|{_BUTTON}|(?:{_LABELLED}|{_BYLINE})(?:[ |·•/,–-]{{0,3}}(?:{_READING_TIME}))?"

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

_IMAGE = r"!\[([^\n]{0,500}?)\]\((?:(?:https?:)?//|data:|[./])[^)\s]*\)?"
_BULLET = re.compile(r"[•◦▪●○■·*‣–-] |\(?\d{1,2}[.)、] ?")
ENDS_A_SENTENCE = (".", "!", "?", "。", "！", "？", ";", "；", ":", "：", ",", "，", '"', "”")
_FULL_STOPS = (".", "!", "?", "。", "！", "？", "”", '"', ")", "）")
_SHORTEST_PARAGRAPH = 80  # letters of a sentence; what is shorter may be a menu entry or a headline
_SHORTEST_CHINESE_PARAGRAPH = 40

_COLON = re.compile("[:：]")
_CONTACT = re.compile(r"[\w.-]@(?:smm\.cn|(?:smm|metal)\.com)(?![a-z0-9-])")
_LONGEST_CONTACT = 250  # letters, as the other lengths
# Another article's headline with its date run together: `…in the eastMay 1, 2024 09:00`.
_GLUED_DATE = re.compile(r"[a-z.…)\]][A-Z][a-z]{2} \d\d?, ?\d{4}(?: \d\d:\d\d)?$")
_LONGEST_GLUED = 20
_LATEST_SIGN = 16  # `Hak Cipta © 2026`
_SHORTEST_HEADLINE = 15
_LONGEST_SIGNATURE = 80
_LONGEST_BETWEEN = 100
_LONGEST_LABEL = 15  # of an address, with its colon and spaces
_SHORTEST_STATEMENT = 30
_LONGEST_CLAUSE = 81  # before the colon of a statement, with the colon
_LONGEST_TAG = 48
_MOST_SPACES_IN_TAG = 5

TYPE_LINE = re.compile(r"[a-z]+(?: [a-z]+){0,4}")  # below a headline
BREADCRUMB = re.compile(r"(?:Home|NewsFlash|Metals? News|News) / ")


def ends_body(line: str) -> bool:
    """Whether the body is over at this line."""
    if line.startswith(_BODY_ENDS):
        return True
    if len(line) <= _LONGEST_TAG and (line.rstrip(" :：") in _BODY_ENDS_WHOLE or _is_count_of_comments(line)):
        return True
    if line.startswith("Copyright") or "©" in line[:_LATEST_SIGN]:
        return len(line) <= _LONGEST_TAG or re.fullmatch(_COPYRIGHT, line) is not None
    if ":" not in line and "：" not in line:
        return False
    if _TAGS.match(line) or (_CLOCK.search(line) and line.startswith(_RELATED)):
        return True
    return _is_statement(line)


def _is_statement(line: str) -> bool:
    """Whether the line says where its data are from, in words that are not known yet."""
    words, colon, _ = line[:_LONGEST_CLAUSE].replace("：", ":").partition(":")
    if len(line) < _SHORTEST_STATEMENT or not colon or "." in words:
        return False
    words = words.lower()
    return _SOURCES.search(words) is not None and _STATEMENT.search(words) is not None


def is_side_heading(line: str) -> bool:
    """Whether the line is the heading of a block of other articles, or such a heading and a headline: `Next: …`."""
    heading = _COLON.split(line, maxsplit=1)[0].strip()
    return heading.replace("’", "'").casefold() in _SIDE_HEADINGS


def _is_count_of_comments(line: str) -> bool:
    return line.endswith((")", "）", "t", "s")) and _COUNTED_COMMENTS.fullmatch(line) is not None


def is_signature(line: str) -> bool:
    """Whether the line is a desk's name or one of its telephone lines."""
    if len(line) >= _LONGEST_SIGNATURE or not (line.endswith("Team") or line[-1:].isdecimal()):
        return False
    return re.fullmatch(_SIGNATURE, line) is not None


def is_contact(line: str) -> bool:
    """Whether the line tells, in whatever language, whom at SMM to write to."""
    return "@" in line and len(line) <= _LONGEST_CONTACT and _CONTACT.search(line) is not None


def is_never_body(line: str) -> bool:
    """Whether the line is the site's wherever it stands in a body: an invitation, a promo, another headline."""
    return (
        is_button(line)
        or (", SMM " in line and re.fullmatch(_OTHER_HEADLINE, line) is not None)
        or is_placeholder(line)
        or (line[-1:].isdecimal() and _GLUED_DATE.search(line, max(len(line) - _LONGEST_GLUED, 0)) is not None)
        or ("ookie" in line and is_notice(line))
        or (not line[_LONGEST_BETWEEN:] and (_is_invitation(line) or _is_row_of_buttons(line)))
    )


def _is_invitation(line: str) -> bool:
    """Whether the line offers a newsletter, or tells how the page was printed."""
    if line.startswith("Printed"):
        return re.match(_PRINTED, line) is not None
    return any(word in line for word in _WORDS_OF_INVITATIONS) and re.search(_INVITATION, line) is not None


def _is_row_of_buttons(line: str) -> bool:
    if line.count(" ") >= _MOST_BUTTONS:
        return False
    words = line.split()
    others = [word for word in words if word not in _NETWORKS]
    return len(others) + 1 < len(words) and len(others) <= _MOST_OTHER_WORDS


def is_placeholder(line: str) -> bool:
    """Whether a line is only an address, or what a tool puts where a picture was: `[logo.png]`."""
    if " " in line[_LONGEST_LABEL:]:
        return False
    if not line.startswith(("www.", "<www.", "[")) and not line.endswith(">") and "//" not in line:
        return False
    return (
        re.fullmatch(r"[\w./%-]{8,}>|(?:\w{1,12} ?[:：] ?)?<?(?:https?:)?//\S+>?|<?www\.\S+>?|\[[\w./-]{0,40}\]", line)
        is not None
    )


def is_button(line: str) -> bool:
    """Whether the line is a button, or the site's own words, and so never a headline either."""
    return line.startswith(_NEVER_BODY) or line in _NEVER_BODY_WHOLE


def is_whole_button(line: str) -> bool:
    """Whether the line as a whole is a button's."""
    return line in _NEVER_BODY_WHOLE


def is_read_more(line: str) -> bool:
    """Whether the line is the button below a summary, also where it is a link in Markdown."""
    return line.removeprefix("[").split("](", 1)[0] in READ_MORE


def is_notice(line: str) -> bool:
    """Whether the line is one of the site's to its visitors, and no headline: about cookies, terms, printing."""
    folded = line.casefold()
    if not any(word in folded for word in _WORDS_OF_NOTICES):
        return False
    if re.search(_NOTICE, line) or re.match(_PRINTED, line):
        return True
    return line.endswith(_FULL_STOPS) and re.search(_NOTICE_IN_A_SENTENCE, line) is not None


def stands_between(line: str) -> bool:
    """Whether the line is one of those between a headline and its date: a byline, a reading time, a button."""
    return len(line) <= _LONGEST_BETWEEN and re.fullmatch(_BETWEEN, line.strip("|·• ")) is not None


def is_menu_word(line: str) -> bool:
    """Whether the line is an entry of the site's menus."""
    return line in _MENU or is_button(line)


def is_paragraph(line: str) -> bool:
    """Whether the line is a sentence of running text."""
    shortest = _SHORTEST_PARAGRAPH if line[:20].isascii() else _SHORTEST_CHINESE_PARAGRAPH
    return len(line) >= shortest and line.endswith(_FULL_STOPS)


def is_text(line: str) -> bool:
    """Whether the line is a sentence of running text, and not the site's."""
    return is_paragraph(line) and not ends_body(line)


def without_fused_menu(line: str) -> str:
    """The line without menu words that a saved copy ran together before it: `DashboardDatabaseSHANGHAI, …`."""
    fused = re.match(_FUSED_MENU, line) if line.find("SHANGHAI, ") > 0 or line.startswith(_MENU_WORDS) else None
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
    if not line.endswith(TITLE_SUFFIXES):
        return line
    return line.removesuffix(next(filter(line.endswith, TITLE_SUFFIXES)))


def looks_like_tag(line: str) -> bool:
    """Whether the line could be one of an article's tags: a few words, no sentence, no figure and no item of a list."""
    return (
        len(line) <= _LONGEST_TAG
        and not line.endswith(ENDS_A_SENTENCE)
        and line.count(" ") <= _MOST_SPACES_IN_TAG
        and not any(map(str.isdecimal, line))
        and not _BULLET.match(line)
    )


class Standfirst(Enum):
    """Which of the lines right after the heading are the standfirst. A body is never empty for a standfirst's sake."""

    NONE = "the layout has no standfirst"
    EVIDENT = "those that a blank line, a dateline or a repetition sets off"
    FIRST_LINE = "the first: the layout has a standfirst and no blank lines"
    REPEATED = "the first, where the next repeats it: nothing else tells, where no date is shown"
    SET_APART = "the first, where the next repeats it or has a dateline: in Markdown blank lines tell nothing"


class Layout(NamedTuple):
    """One way in which the site's pages are set; the first row that fits a page is its layout.

    `opens` is the whole line that the article opens with, and `dated` how its date line begins; without
    one, every page fits. `is_titled_below` tells that the title stands right below the opening line, and
    `has_type_line` that the article's type stands below the title (`price review forecast`). `has_tags` is about lines
    between body and footers. `may_be_inverted` is the layout whose body may stand above the title.
    """

    name: str
    opens: re.Pattern[str] | None = None
    dated: re.Pattern[str] | None = None
    standfirst: Standfirst = Standfirst.EVIDENT
    is_titled_below: bool = False
    has_type_line: bool = False
    has_tags: bool = False
    may_be_inverted: bool = False


LAYOUTS = (
    Layout(
        "section",
        opens=re.compile("Metals News"),
        standfirst=Standfirst.NONE,
        is_titled_below=True,
        has_type_line=True,
        has_tags=True,
    ),
    Layout("bulleted", dated=re.compile("- "), standfirst=Standfirst.NONE, may_be_inverted=True),
    Layout("clock", dated=re.compile(r".*, at \d"), standfirst=Standfirst.FIRST_LINE),
    Layout("breadcrumb", opens=re.compile(BREADCRUMB.pattern + ".*"), is_titled_below=True, has_tags=True),
    Layout("chinese", opens=re.compile("SMM首页 ?> ?.*"), standfirst=Standfirst.NONE),
    Layout("plain"),
)


def layout_of(opening: str, date_line: str) -> Layout:
    """The layout of an article that opens with the line `opening` and has the date line `date_line`, empty if none."""
    return next(
        row
        for row in LAYOUTS
        if (not row.opens or row.opens.fullmatch(opening)) and (not row.dated or row.dated.match(date_line))
    )


def is_opening(line: str) -> bool:
    """Whether the line opens an article in one of the layouts."""
    return _OPENING.fullmatch(line) is not None


_OPENING = re.compile("|".join(f"(?:{row.opens.pattern})" for row in LAYOUTS if row.opens))
