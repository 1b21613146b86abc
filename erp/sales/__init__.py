"""The sales order, its deliveries and returns: what was promised to a customer, what of it has left the house and what came
back.

Refuses quotations (crm) and money (receivables). Words: *sales order*, *line*, *open quantity* (ordered - delivered),
*backorder* (the open rest after a partial delivery), *delivery*, *sales return*,
*original* (the delivery that returned goods had left with).
"""
