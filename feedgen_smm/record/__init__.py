"""The record kept between builds, in one SQLite file: what was read, what it showed, and what was published of it.

`opening` finds, locks and migrates the file, `state` tells what changed since the last build, `intake` takes in
captures, `settling` carries out what is decided about entries, `sorting` keeps their topics, `filing` which feed or
archive document they stand in, `shelf` such documents, `queries` and `history` tell of them. Nothing here decides what
a page means, or what an entry says.
"""

from feedgen_smm.record.opening import Archive, open_archive, read_archive

__all__ = ["Archive", "open_archive", "read_archive"]
