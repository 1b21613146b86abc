"""Takes a company out of one database and into another, ids, numbers and unfinished deliveries included.

`tables` says what belongs to a company, `closing` ends the work in it, `exporting` writes it as files with a `manifest`,
`importing` brings it in with the help of `people`.
The rules are in docs/decisions/a-company-moves-as-files-in-one-transaction.md.
Refuses to merge companies, to translate between versions of the schema, and to delete anything where it came from.
"""
