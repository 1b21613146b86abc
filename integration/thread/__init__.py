"""The thread: the whole life of an order as one graph with times, drawn from the causation of events, with what serves
it by the plan.

Knows no kind of document: the register of kinds describes those that have a page, the event itself the others.
"""
