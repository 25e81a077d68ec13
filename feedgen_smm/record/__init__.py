"""What is remembered between builds, in one SQLite file: captures, readings and the ledger. Nothing here decides.

`database` opens the file, `schema` has its tables and turns values into columns. `captures` and `readings` can be made
again from the pages. `ledger` holds ids and revisions, `archive` the queue and the archive documents, and neither can
be made again. `history` only looks.
"""
