"""Feeds from saved pages of the Shanghai Metals Market (SMM).

The flow, each step a function from one frozen value to the next:

    bytes → Capture → Page → Entry → Feed → bytes → file

`captures` reads, `pages` understands, `entries` decides with `matching` and `identity` what is one article, `topics`
sorts, `feed` orders, `edition` lets the `writers` render every file, `gate` judges, `publish` replaces. Between builds
`archive` remembers; what becomes of entries that were published is decided in `settlement` and `revision`. `building`
puts the steps together, and `cli` is the only place that knows of commands and exit status.
"""

__version__ = "0.1.0"
