"""The people and firms the company deals with: one party, many roles, stored once.

Refuses documents. Words: *party*, *customer* and *supplier* (roles of a party), *contact*, *address*, *credit limit*.
"""
