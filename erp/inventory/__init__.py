"""What is where and what it is worth: warehouses, moves, levels, reservations, receipts,
counts, adjustments.

Moves and value entries are facts; levels are their sums, kept in the same statements and provable by `verify`.
Refuses to know why goods move. Words: *on hand*, *reserved*, *available*, *move*, *value entry*, *level*,
*reservation*, *receipt*, *issue*, *count*, *variance*, *adjustment*, *write-off*, *found stock*,
*moving average*.
"""
