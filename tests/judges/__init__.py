"""Outside judges of the feeds: programs that read or validate them, grammars to validate by, and faults to find."""
