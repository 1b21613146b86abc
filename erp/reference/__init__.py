"""Facts every document refers to: currencies with dated rates, units with exact ratios, tax codes, payment terms.

Refuses documents. Words: *minor unit* (decimals of a currency), *unit* (of measure), its *word*, *tax code*, *payment term*.
"""
