"""The screen kit: the shell, lists, document pages, the thread, figures and charts. No business word in it.

A list is one frozen dataclass and one line in urls.py:

    ORDERS = ListScreen(name="sales_orders", title=_("Sales orders"), permission="sales.view", rows=queries.list_orders,
        columns=(Column(name="number", label=_("Number"), kind="code"), ...), filters=OrderFilter, search=("number",),
        default_sort="-ordered_at", row_url=lambda row: reverse("sales:order", args=[row.pk]))
    path("orders/", list_view(ORDERS), name="orders")

A document page is a view that fills `DocumentPage` and renders `screens/document.html` with it as `document`; its
verbs are `verb_view(perform, permission, done=...)`. `navigation.register(...)` in `AppConfig.ready` puts a screen
into the rail and the palette. docs/screens.md shows each part worked out; /kit/ shows each part in every state.

Owns: list preferences, spent form tokens. Refuses: anything of the trade; which verbs exist and who may do them.
Words: *screen* (one list), *entry* (a line of the rail), *verb* (what a button does), *chip* (a filter in force, a
document in the thread, a line's stock), *trail* (the way back to the list a record was opened from).
"""
