"""Knowing one app is knowing all: the same files everywhere, small ones, and pure arithmetic apart."""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, apps, functions, imports, parsed, sources, tracked

FILES = {
    "__init__", "apps", "states", "rules", "events", "errors", "drafts", "ports", "permissions", "queries", "invariants",
    "forms", "tables", "filters", "views", "urls", "api", "tasks", "timeline",
}  # fmt: skip
FOLDERS = {"models", "operations", "sql", "migrations", "management", "views", "queries", "api", "templatetags"}
# What an app has beyond the common skeleton, and why. Add a line only with its reason.
EXTRAS: dict[str, dict[str, str]] = {
    "erp.identity": {
        "access": "from a log-in to an actor",
        "api_keys": "making and checking keys",
        "api_permissions": "deny by default for the API",
        "client_address": "where a request comes from, behind proxies",
        "invitations": "the link that brings people in",
        "mails": "mails as rows, and the worker that sends them",
        "middleware": "the company of a request",
        "rest": "what all API resources share; the lowest floor that knows companies",
        "roles": "the register of permissions",
    },
    "erp.documents": {
        "causation": "the graph of causes behind every thread",
        "event_labels": "events in words",
        "news": "what happened to followed documents, read from events and comments",
        "registry": "the register of document kinds",
    },
    "erp.automation": {
        "actions": "the register of one-click actions and of what may need approval",
        "approval_tables": "the lists of approvals, a subject of its own",
        "approval_views": "their pages and forms",
    },
    "crm.pipeline": {"editor": "between the lines editor and the operations", "lookup": "what the editor suggests while typing"},
    "erp.jobs": {
        "bulk": "a list's verb on many rows, handed over by the screen kit",
        "runner": "drives a job chunk by chunk, each in its own unit of work",
    },
    "erp.catalog": {
        "measures": "quantities of products in their units, shared by all documents",
        "pricing": "products with price, tax and units on a day, shared by selling and buying",
    },
    "erp.reference": {"unit_names": "what units are called where a person reads them"},
    "erp.ledger": {"charts": "chart templates as data", "facts": "what document pages say about the books"},
    "erp.sales": {"pricing": "prices of lines, shared by orders and quotations"},
    "erp.purchasing": {"agreement_forms": "the forms of agreements, a subject of its own"},
    "scm.suppliers": {"staff_urls": "pages about suppliers, beside those for them"},
    "scm.planning": {
        "available_to_promise": "pure arithmetic of the planner, too long for one file of rules: how much may be promised when",
        "explosion": "the same: what the lots of an item need, and the whole plan level by level",
        "levels": "the same: low-level codes and cycles",
        "lots": "the same: how much to order when something is missing",
        "messages": "the same: what to tell people",
        "standing": "the reads of a net change: what stands of the plan",
        "findings": "pegs and messages kept up: what is found again stands",
        "net_change": "the same: what changed, and of what is below only what that moves",
        "netting": "the same: what is missing of one item when",
        "pegging": "the same: which supply serves which requirement",
        "waiting": "the same: when lots are there whose components come late",
        "problem": "the reads of a run, in the words of that arithmetic",
        "tracing": "reads that follow pegs through the levels",
    },
}
IMPURE = ("problem", "tracing", "standing", "findings")
PLANNER = [Path("scm/planning", name).with_suffix(".py") for name in EXTRAS["scm.planning"] if name not in IMPURE]
CORE = {
    "__init__", "actor", "apps", "bus", "cells", "clock", "copying", "data_migration", "database", "errors", "events", "fields",
    "grants", "invariants", "login", "management", "migrations", "models", "money", "operation", "owner", "rebuild", "rows",
    "schema", "scope", "sql", "statistics", "units",
}  # fmt: skip
CORE_LINES = 2325
KIT = "erp.screens"


def entries(folder: Path) -> set[str]:
    """Names of the modules and sub-folders with files in an app's folder."""
    below = [path.relative_to(folder) for path in tracked() if path.is_relative_to(folder)]
    return {path.stem if len(path.parts) == 1 else path.parts[0] for path in below if path.suffix != ".md"}


@pytest.mark.parametrize(
    "app", sorted(name for name in apps() if name.split(".")[0] != "integration" and name not in {KIT, "erp.core"})
)
def test_an_app_has_no_other_files_than_the_common_ones_and_those_with_a_reason(app: str) -> None:
    extras = EXTRAS.get(app, {})
    assert entries(apps()[app]) - FILES - FOLDERS - extras.keys() == set()
    assert extras.keys() <= entries(apps()[app]), "a reason for a file that is gone"


def test_every_app_says_in_its_docstring_what_it_owns_and_refuses_and_its_words() -> None:
    silent = []
    for name, folder in apps().items():
        text = ast.get_docstring(parsed(folder / "__init__.py")) or ""
        if not text or (name.split(".")[0] != "integration" and not ("Refuses" in text and "Words:" in text)):
            silent.append(name)
    assert silent == []


def test_the_ground_floor_stays_small_and_gets_no_new_room_without_a_decision() -> None:
    assert entries(Path("erp/core")) == CORE
    lines = sum(len((ROOT / path).read_text().splitlines()) for path in tracked() if path.is_relative_to("erp/core"))
    assert lines <= CORE_LINES, f"erp/core has {lines} lines"
    assert not [path for path in tracked() if path.is_relative_to("templates/erp/core")]


def test_no_file_is_a_junk_drawer() -> None:
    banned = {"utils", "helpers", "common", "misc", "base_utils", "tools", "part2"}
    assert [str(path) for path in sources() if path.stem in banned] == []


def test_files_have_at_most_400_lines() -> None:
    paths = [p for p in tracked() if p.suffix in {".py", ".sql", ".html", ".js", ".css"} and "migrations" not in p.parts]
    assert [f"{p}: {n}" for p in paths if (n := len((ROOT / p).read_text().splitlines())) > 400] == []


def test_functions_have_at_most_60_lines() -> None:
    found = []
    for path in sources(*("config", "integration", "crm", "scm", "erp", "tests")):
        for node in functions(path):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > 60:
                found.append(f"{path}:{node.lineno} {node.name} has {length} lines")
    assert found == []


PURE = [
    path
    for path in sources("erp", "crm", "scm", "integration")
    if path.stem in {"rules", "events", "ports"} or "rules" in path.parts or path in PLANNER
]


def test_rules_events_and_ports_never_import_django() -> None:
    impure = [f"{path} imports {name}" for path in PURE for name in imports(path) if name.split(".")[0] == "django"]
    assert impure == []


def test_rules_reach_no_module_that_imports_django() -> None:
    """Following the imports: pure is what can be tested without a database or settings."""
    known = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in sources()}
    for start in (path for path in PURE if path.stem not in {"events", "ports"}):
        waiting, seen = [start], {start}
        while waiting:
            path = waiting.pop()
            names = set(imports(path))
            assert not [name for name in names if name.split(".")[0] == "django"], f"{start} reaches django through {path}"
            for found in {known[name] for name in names if name in known} - seen:
                if found.name != "__init__.py":
                    seen.add(found)
                    waiting.append(found)


MONEY = [
    path
    for path in sources("erp", "crm", "scm", "integration")
    if {"rules", "operations", "money", "queries"} & {*path.parts, path.stem} or path in PLANNER
]
SECONDS = {"integration/relay": "seconds of waiting, no money", "erp/core/units.py": "seconds of waiting, no money"}


def test_no_float_comes_near_money_or_quantities() -> None:
    found = []
    for path in MONEY:
        if any(str(path).startswith(place) for place in SECONDS):
            continue
        for node in ast.walk(parsed(path)):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
            if literal or call:
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_no_model_stores_a_float() -> None:
    from django.apps import apps as django_apps

    floats = [
        f"{model._meta.label}.{field.name}"
        for model in django_apps.get_models()
        if model._meta.app_config.name in apps()
        for field in model._meta.get_fields()
        if field.__class__.__name__ == "FloatField"
    ]
    assert floats == []
