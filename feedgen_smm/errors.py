"""What is raised on purpose; anything else that escapes is a fault of ours and stays a traceback."""


class FeedgenSmmError(Exception):
    """Something a person can act on; the text says what, and needs no class name to be understood."""


class UnreadableCaptureError(FeedgenSmmError):
    """A file that could not be read, or is too large to be a saved page or a feed."""


class NoArticleError(FeedgenSmmError):
    """A page that is not one article, or no text at all; `line` is where that shows, counted from 1."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class EmptyFeedError(FeedgenSmmError):
    """A feed without an entry, which no format can say when it was updated."""


class PublishError(FeedgenSmmError):
    """A feed that could not be written; the text names the file, and says what became of the existing feeds."""


class RecordError(FeedgenSmmError):
    """A record that cannot be used or written; the text names the file and says what to do."""


class RefusedError(FeedgenSmmError):
    """A build that would lose what was published; nothing was touched, and the text says how to go on."""


class ConfigurationError(FeedgenSmmError):
    """A configuration that cannot be used; the text has a line for each fault, with file, line and key."""


def spelled_out(text: str) -> str:
    """The text with what cannot be printed as Python would write it."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
