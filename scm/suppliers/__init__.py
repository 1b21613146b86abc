"""Suppliers as partners: what their own programs may see and do, and how they keep their word.

Owns no table: the documents are those of purchasing and payables. Refuses whatever is not the supplier's own, by a role of the
database that sees nothing else (`sql/partner_walls.sql`). Words: *partner*, *shared figures*, *supplier key*.
"""
