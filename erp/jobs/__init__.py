"""Work that takes long: each job shows its progress, can be left, and is resumed or retried.

Refuses to know what a job does. Words: *job*, *kind* (which code does it), *step*, *progress*.
"""
