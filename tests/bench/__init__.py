"""The rates of order to cash beside a hand-written reference of the same run: `python -m tests.bench`.

Its own database on the servers in the environment, seeded and analysed before the first prepared statement; fsync and
synchronous commit as they are; a worker of the relay runs during the measurement. docs/performance.md explains the rows.
"""
