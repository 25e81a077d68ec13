"""Feeds from saved pages of the Shanghai Metals Market (SMM).

A build has four passes, and each is given only what it needs:

    collect   files and folders → captures
    read      captures → readings: sightings of articles, and problems
    settle    readings → entries and their revisions, in the ledger
    write     entries → feeds

`captures` gets bytes and `pages` understands them. `articles` decides which sightings are one article, and what its
entry says. `record` remembers. `feeds` renders, validates and replaces files. `build` runs the passes, `cli` has the
commands. `models`, `settings` and `errors` are the values they share. Imports run downward only, and `pages`,
`captures` and `record` do not know each other.
"""

__version__ = "0.1.0"
