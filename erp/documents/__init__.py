"""What all documents share: numbers, history, comments, references of outside systems, the register of kinds.

Refuses any one kind of document. Words: *series* (of numbers), *plain* and *gapless* numbering, *history*,
*comment*, *external reference*, *document kind*.
"""
