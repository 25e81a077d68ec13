"""What is remembered between builds, in one SQLite file: captures, readings and the ledger. Nothing here decides.

`database` opens the file, `schema` has its tables and turns values into columns. What `captures` and `readings` store
can be made again from the pages. What `ledger` stores (ids and revisions) and `archive` (queues and archive documents)
cannot. `history` only reads.
"""
