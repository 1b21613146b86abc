"""Money in and out of bank and cash accounts.

Refuses to know what is paid for: receivables and payables allocate. Words: *bank account*, *payment*.
"""
