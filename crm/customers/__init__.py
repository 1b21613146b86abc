"""The customer's page: everything about one customer in one place, told by the events of all suites.

Refuses to store what other apps store; owns only the timeline. Words: *timeline*, *activity*.
"""
