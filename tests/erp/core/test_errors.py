"""A refusal is a sentence with its remedy, in the reader's language, with a code that stays."""

from collections.abc import Iterator

from erp.core.errors import BusinessRuleViolation, Refusals, UnknownCode, WrongState
from tests.architecture.test_operations import operations


def refusals(cls: type[BusinessRuleViolation] = BusinessRuleViolation) -> Iterator[type[BusinessRuleViolation]]:
    for sub in cls.__subclasses__():
        if not sub.__module__.startswith("tests."):
            yield sub
        yield from refusals(sub)


def test_a_refusal_reads_as_a_sentence_with_its_remedy() -> None:
    refusal = WrongState(document="SO-1", state="confirmed", field="state")
    assert str(refusal) == "SO-1 is already confirmed. Reload the page to see what happened to it."
    assert (refusal.code, refusal.field, refusal.params["document"]) == ("wrong_state", "state", "SO-1")
    assert str(Refusals([refusal, UnknownCode(what="product", value="X")])).count("\n") == 1


def test_every_refusal_has_its_own_code_and_names_a_remedy() -> None:
    operations()  # imports every module that may define one
    found = [cls for cls in refusals() if cls.__name__ != "InputError"]
    codes = [cls.code for cls in found]
    assert len(found) > 10
    assert [cls.__name__ for cls in found if codes.count(cls.code) > 1] == []
    assert [cls.__name__ for cls in found if not cls.remedy] == []
