"""What is bought and how it comes in: agreements, purchase orders, receipts against them, returns.

Refuses to know why something is needed (the planner says so) and what a supplier is owed (payables do). Words: *agreement*
(a supplier's contract: tiers, lead time, lot limits), *purchase order*, *answer* (confirmation or
counter-proposal), *advice* (what is on its way), *rejection*, *clearing* (received and not billed, by order line).
"""
