"""The sales order and its deliveries: what was promised to a customer and what of it has left the house.

Refuses quotations (crm) and money (receivables). Words: *sales order*, *line*, *open quantity* (ordered - delivered),
*backorder* (the open rest after a partial delivery), *delivery*.
"""
