"""Work that takes long: each job shows its progress, can be left, and is resumed or retried.

Owns what people ask for on many rows of a list. Refuses to know what a job does. Words: *job*, *kind* (which code does
it), *step*, *progress*.
"""
