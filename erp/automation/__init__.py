"""What Weft may do by itself: policy rules, the record of each automatic step, the inbox of exceptions.

Refuses to act: it decides and remembers; the flows act. Words: *rule*, *verb*, *limit*, *automatic step*, *exception*.
"""
