"""The catalogs: found, kept, derived, checked, without GNU gettext."""

from pathlib import Path

import pytest

from erp.screens.translation.catalogs import compile_all, po_path, problems, read, update, write
from erp.screens.translation.extract import extract


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "erp").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "erp" / "a.py").write_text(
        'a = _("Print %(number)s")\nb = ngettext("%(n)s row", "%(n)s rows", 2)\nc = pgettext("verb", "Order")\n'
    )
    (tmp_path / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "Software" %}'
        "{% blocktranslate count n=2 %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    return tmp_path


def fill(tree: Path, **texts: str) -> None:
    catalog = read(tree, "zh_Hans")
    for message in catalog:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if text := texts.get(str(key).split(" ", 1)[0].strip("%()")):
            message.string = (text,) if isinstance(message.id, tuple) else text
    write(tree, "zh_Hans", catalog)


GOOD = {"Print": "打印 %(number)s", "n)s": "%(n)s 行", "Order": "订购", "Software": "软件"}


def test_python_and_templates_are_found(tree: Path) -> None:
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in extract(tree) if message.id}
    assert found == {"Print %(number)s", "%(n)s row", "Order", "Software", "%(n)s day"}


def test_what_is_translated_stays_and_what_is_gone_goes(tree: Path) -> None:
    update(tree, extract(tree))
    fill(tree, Software="软件")
    (tree / "erp" / "a.py").write_text('a = _("New")\n')
    catalog = update(tree, extract(tree))
    assert catalog["Software"].string == "软件"
    assert catalog.get("Print %(number)s") is None
    assert "missing: 'New' (erp/a.py)" in problems(tree, extract(tree))


def test_missing_fuzzy_and_wrong_placeholders_are_named(tree: Path) -> None:
    update(tree, extract(tree))
    assert len(problems(tree, extract(tree))) == 5
    fill(tree, **GOOD | {"Print": "打印 %(nummer)s"})
    catalog = read(tree, "zh_Hans")
    catalog["Software"].flags.add("fuzzy")
    write(tree, "zh_Hans", catalog)
    kinds = sorted(line.partition(":")[0] for line in problems(tree, extract(tree)))
    assert kinds == ["fuzzy", "placeholders differ"]


def test_traditional_chinese_is_derived_and_overridden(tree: Path) -> None:
    update(tree, extract(tree))
    fill(tree, **GOOD)
    (tree / "locale" / "zh_Hant").mkdir(parents=True, exist_ok=True)
    (tree / "locale" / "zh_Hant" / "overrides.toml").write_text('[words]\n"列印" = "印出"\n[messages]\n"Order" = "訂貨"\n')
    compile_all(tree)
    derived = read(tree, "zh_Hant")
    assert derived["Software"].string == "軟體"
    assert derived["Print %(number)s"].string == "印出 %(number)s"
    order = derived.get("Order", "verb")
    assert order is not None
    assert order.string == "訂貨"
    assert po_path(tree, "zh_Hans").with_suffix(".mo").stat().st_size > 100
