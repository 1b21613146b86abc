"""What suppliers are owed: vendor bills and their credit notes, held or posted, paid when due.

Refuses to know orders and receipts: who matches a bill hands over finished lines. Words: *vendor bill*, *match*,
*tolerance*, *hold* (a bill that waits for a person, not posted), *release*, *due*, *ageing*.
"""
