"""The servers Weft starts for itself when it is given none: a real PostgreSQL and a real Redis under DATA_DIR.

Owns: their files, processes, log-ins and URLs, and the supervisor of `make run`.
Refuses to own: anything of the business; the rest of Weft sees only URLs in its environment.
Words: a *home* is the directory of one server (configuration, data, socket, log); the *account* is the
operating-system user it runs as; an *orphan* is a server whose supervisor died without stopping it.
"""
