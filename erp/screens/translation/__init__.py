"""The product's words in three languages, without GNU gettext.

English stands in the code. `locale/zh_Hans/LC_MESSAGES/django.po` is written by hand and committed; the zh_Hant catalog
is generated from it (OpenCC s2twp, then `locale/zh_Hant/overrides.toml`), and both are compiled to .mo: these are
derived files, made by `manage.py translate --compile` and not committed.
"""
