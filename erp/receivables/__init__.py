"""What customers owe: invoices, the credit notes that take them back and the payments that settle them.

Refuses to know what was delivered or came back: who invoices or credits hands over finished lines. Words: *ageing*,
*invoice*, *credit note*, *claim* (what both have in common), *open amount*, *due*, *allocation* (of a payment to open
items), *customer credit* (money *on account*, credit notes; *apply* sets it against open invoices), *credit exposure*.
"""
