"""The words are written once: every word an app claims in its docstring is in GLOSSARY.md, with its Chinese term."""

import ast
import re

from tests.architecture.tree import ROOT, apps, parsed

ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", re.MULTILINE)


def glossary() -> list[tuple[str, ...]]:
    return [row for row in ROW.findall((ROOT / "GLOSSARY.md").read_text()) if row[0] != "term"]


def claimed() -> dict[str, list[str]]:
    found = {}
    for name, folder in apps().items():
        _, _, words = (ast.get_docstring(parsed(folder / "__init__.py")) or "").partition("Words:")
        found[name] = [" ".join(word.split()) for word in re.findall(r"\*([^*]+)\*", words)]
    return found


def test_every_word_an_app_claims_is_in_the_glossary() -> None:
    known = {re.sub(r" \(.*\)", "", term).lower() for term, _, _ in glossary()}
    missing = [f"{app}: {word}" for app, words in claimed().items() for word in words if word.lower() not in known]
    assert any(claimed().values())
    assert missing == []


def test_no_term_stands_twice_and_each_has_a_meaning_and_a_chinese_term() -> None:
    terms = [term for term, _, _ in glossary()]
    assert [term for term in terms if terms.count(term) > 1] == []
    assert [term for term, meaning, chinese in glossary() if not meaning.strip() or not chinese.strip()] == []
