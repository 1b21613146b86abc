"""What is needed when, and what to buy and make for it: netting over all levels, lots, pegging, available-to-promise.

Refuses the documents themselves: orders, receipts and stock belong to the ERP. Words: *bucket*, *requirement*, *lot*,
*lot rule*, *peg*, *phantom*, *low-level code*, *safety stock*, *available-to-promise*.
"""
