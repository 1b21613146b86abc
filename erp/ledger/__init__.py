"""The books: accounts, periods, journal entries and their lines, open items and their settlement.

Append-only; corrections are reversals in an open period. Refuses to know why something is posted. Words: *ledger
account*, *account role* (which account a posting uses), *journal entry*, *journal line*, *period*, *lock*,
*trial balance*, *open item*, *settlement*.
"""
