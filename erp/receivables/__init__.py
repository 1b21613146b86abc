"""What customers owe: invoices and the payments that settle them.

Refuses to know what was delivered: who invoices hands over finished lines. Words: *ageing*, *invoice*, *open amount*, *due*,
*allocation* (of a payment to open items), *customer credit* (money *on account*, credit notes; *apply* sets it against
open invoices), *credit exposure*.
"""
