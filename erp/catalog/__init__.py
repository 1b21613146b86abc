"""What the company sells, buys, makes and stocks.

Refuses stock and prices agreed with one party. Words: *product*, *SKU*, *stocked* and *service*, *category*,
*unit of a product*, *list price*, *price floor* (the lowest price a salesperson may give), *make* and *buy*.
"""
