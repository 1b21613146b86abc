"""A big company: a few busy days played through the product, then copied until there are a million orders.

Every row of a copy is a row the product itself once wrote: numbered on, moved to another day and to another customer, so
whatever tables a later version adds are carried too. Copies are plain SQL with triggers and references off; what is summed
(levels, balances) is then derived, and `manage.py verify` and the references say whether it is whole.
"""
