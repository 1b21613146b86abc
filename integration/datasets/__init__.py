"""Loads real data sets through the same operations as people use, in sets, by a mapping file.

A data set is a folder here with a `mapping.toml`; the engine beside it knows no data set by name.
Refuses to write a table itself, and to load what its mapping does not name: every row is loaded, changed and said so,
of no consequence, or refused. Words: *kind* (of document, told from the rows), *treatment* (what is done with a
kind), *remark* (why a row was not taken as it stands), *control totals* (source against what the database holds).
"""
