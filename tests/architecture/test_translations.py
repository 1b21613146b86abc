"""Every string a person reads is translated."""

from io import StringIO

from django.core.management import CommandError, call_command


def test_the_chinese_catalog_is_complete() -> None:
    out = StringIO()
    try:
        call_command("translate", "--check", stdout=out)
    except CommandError as error:
        lines = out.getvalue().splitlines()
        raise AssertionError("\n".join([str(error), *lines[:10], "...", lines[-1]])) from None
