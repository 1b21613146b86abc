"""What all documents share: numbers, history, comments, files, tasks, followers, references of outside systems, the register
of kinds.

Refuses any one kind of document. Words: *series* (of numbers), *plain* and *gapless* numbering, *history*,
*comment*, *file*, *task*, *follower*, *news*, *external reference*, *document kind*.
"""
