"""The ground floor: errors, clock, company scope, row writer, bus, money arithmetic.

Owns the event log and its delivery rows, and nothing of the trade. Refuses business tables and templates.
Words: *scope* (one transaction of one company), *actor* (who acts), *event* (a published fact),
*delivery* (one consumer's duty to react to one event), *unit of work* (one durable, retried transaction),
*cell* (one database among several, with ids of its own), *rebuild* (write every stored total again from the facts).
"""
