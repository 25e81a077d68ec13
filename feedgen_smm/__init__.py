"""Atom and RSS feeds from saved pages of the Shanghai Metals Market (SMM).

The flow, each step a function from one frozen value to the next:

    bytes → Capture → Page → Entry → Feed → bytes → file

`captures` reads, `pages` understands, `entries` decides which sightings are one article, `feed` orders,
`writers` renders, `publish` replaces files, and `cli` is the only place that knows of commands and exit status.
"""

__version__ = "0.1.0"
