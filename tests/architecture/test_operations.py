"""Every verb has the same shape: keywords only, an actor, a time, a permission; it never reads the clock."""

import ast
import importlib
import inspect

from django.apps import apps as django_apps

from erp.core.operation import OPERATIONS, OperationInfo
from erp.identity.roles import PERMISSIONS
from tests.architecture.tree import functions, imports, parsed, sources

MODULES = [path for path in sources("erp", "crm", "scm", "integration") if "operations" in path.parts]
BELOW = [
    path
    for path in sources("erp", "crm", "scm")
    if {"operations", "rules", "states", "events", "models"} & {*path.parts, path.stem}
]

GLOBAL_TABLES = ("erp/identity/operations/",)  # users and memberships belong to no company: the row writer is not for them


def operations() -> list[OperationInfo]:
    for path in MODULES:
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    return [info for name, info in OPERATIONS.items() if not name.startswith("tests.")]


def test_an_operation_takes_keywords_only_among_them_the_actor_and_the_time() -> None:
    wrong = []
    for info in operations():
        parameters = inspect.signature(info.function).parameters
        keyword_only = all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters.values())
        if not keyword_only or not {"actor", "at"} <= parameters.keys():
            wrong.append(info.name)
    assert operations()
    assert wrong == []


def test_an_operation_is_a_verb_with_a_noun_and_says_what_it_does() -> None:
    assert [info.name for info in operations() if "_" not in info.name or not inspect.getdoc(info.function)] == []


def test_each_operation_names_a_declared_permission() -> None:
    assert [f"{info.name}: {info.permission}" for info in operations() if info.permission not in PERMISSIONS] == []


def test_a_permission_that_nobody_holds_or_nothing_asks_for_is_a_mistake() -> None:
    text = "\n".join(ast.unparse(parsed(path)) for path in sources("erp", "crm", "scm", "integration", "config"))
    constants = {}
    for path in sources("erp", "crm", "scm", "integration"):
        if path.stem == "permissions":
            module = importlib.import_module(".".join(path.with_suffix("").parts))
            constants |= {value: name for name, value in vars(module).items() if isinstance(value, str) and value in PERMISSIONS}
    unused = [value for value, name in constants.items() if text.count(name) < 2 and text.count(repr(value)) < 2]
    assert unused == []
    assert sorted(PERMISSIONS.keys() - constants.keys() - {p for p in PERMISSIONS if p.startswith("test")}) == []


def test_the_lower_floors_never_read_the_clock() -> None:
    clock = {"now", "today", "utcnow"}
    nodes = [(path, node) for path in BELOW for node in ast.walk(parsed(path))]
    assert [f"{path}:{node.lineno}" for path, node in nodes if isinstance(node, ast.Attribute) and node.attr in clock] == []


def test_operations_know_no_request_and_save_no_object() -> None:
    http = [
        f"{path} imports {name}"
        for path in MODULES
        for name in imports(path)
        if name.startswith(("django.http", "rest_framework"))
    ]
    saves = [
        f"{path}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"save", "bulk_update", "bulk_create"}
    ]
    assert http + [place for place in saves if not place.startswith(GLOBAL_TABLES)] == []


def test_models_do_not_override_save_and_nobody_listens_to_their_signals() -> None:
    overridden = [
        f"{path}:{node.lineno}" for path in sources() if "models" in path.parts for node in functions(path) if node.name == "save"
    ]
    banned = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
    listening = [f"{path}: {name}" for path in sources() for name in imports(path) if name.rpartition(".")[2] in banned]
    assert overridden + listening == []


def test_every_app_is_installed() -> None:
    from tests.architecture.tree import apps

    assert sorted(name for name in apps() if not django_apps.is_installed(name)) == []
