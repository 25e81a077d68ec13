"""The errors that are raised on purpose. Any other exception is a bug of ours, and shows its traceback."""


class FeedgenSmmError(Exception):
    """An error that a person can act on. Its text says what happened and what to do."""


class UnreadableCaptureError(FeedgenSmmError):
    """A file cannot be read, or is too large to be a saved page or a feed."""


class NoArticleError(FeedgenSmmError):
    """A page is not one article. `line` is the line that shows this, counted from 1."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class EmptyFeedError(FeedgenSmmError):
    """A feed has no entry, and so no time of its last change, which every format needs."""


class PublishError(FeedgenSmmError):
    """A feed cannot be written. The text names the file, and says what became of the existing feeds."""


class RecordError(FeedgenSmmError):
    """A record cannot be used or written. The text names the file and says what to do."""


class RefusedError(FeedgenSmmError):
    """A build would lose published entries. Nothing was touched, and the text says how to go on."""


class ConfigurationError(FeedgenSmmError):
    """A configuration cannot be used. The text has a line for each mistake, with file, line and key."""


def spelled_out(text: str) -> str:
    """The text with its unprintable characters as Python escapes."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
