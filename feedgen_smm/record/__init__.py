"""What is remembered between builds, in one SQLite file: captures, readings, and the ledger. Nothing here decides.

`captures` and `readings` can be made again from the pages; `ledger` says what was published, and can not. `series` and
`documents` hold what the feeds are written from; `history` and `verification` tell of all of it.
"""
