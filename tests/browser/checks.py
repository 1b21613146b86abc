"""What must hold on every screen, asked inside the page."""

import json
from pathlib import Path

from playwright.sync_api import Page

from erp.screens.translation.catalogs import read

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# Words of the interface that stay English in Chinese text, and tags whose text is the product's, not data.
SAME_IN_CHINESE = frozenset({"weft", "sku", "api", "csv", "excel", "id", "english", "ctrl k", "html", "json"})
WORDY = "th, label, button, summary, dt, legend, .w-rail-link, .w-card > h2, .dropdown-item, .w-fig-label, .w-state"

VISIBLE_TEXTS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((e) => e.checkVisibility() && !e.closest("[translate=no], .w-code, .w-number, script, template"))
  .map((e) => e.cloneNode(true))
  .map((e) => { e.querySelectorAll("[translate=no]").forEach((n) => n.remove()); return e.textContent; })
  .map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean)"""
TEXT_NODES = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = new Set();
  while (walk.nextNode()) { const n = walk.currentNode; const p = n.parentElement;
    if (p && p.checkVisibility() && !p.closest("script, template, style, [translate=no]")
      && (p.closest(".w-state") || !p.closest("td, dd, option, h1"))) found.add(n.textContent.trim()); }
  return [...found].filter(Boolean); }"""
RUN_AXE = """async () => { const r = await axe.run(document, { runOnly: ["color-contrast", "button-name", "link-name", "label",
  "image-alt", "html-has-lang", "aria-valid-attr-value", "duplicate-id-aria"] });
  return r.violations.map((v) => `${v.id}: ${v.nodes.length}x ${v.nodes[0].target}`
    + ` ${(v.nodes[0].any[0] || {}).message || ""}`); }"""


def english_words() -> frozenset[str]:
    """English texts whose Chinese is different: seen on a Chinese page, they are a missing translation."""
    catalog = read(ROOT, "zh_Hans")
    return frozenset(
        str(message.id)
        for message in catalog
        if isinstance(message.id, str) and message.id and "%" not in message.id and message.id != message.string
    )


def untranslated(page: Page, english: frozenset[str]) -> list[str]:
    """Texts on a Chinese page that are still English."""
    known = [text for text in page.evaluate(TEXT_NODES) if text in english and text.casefold() not in SAME_IN_CHINESE]
    bare = [text for text in page.evaluate(VISIBLE_TEXTS, WORDY) if _is_bare_english(text)]
    return [f"English on a Chinese page: {json.dumps(text)}" for text in dict.fromkeys([*known, *bare])]


def _is_bare_english(text: str) -> bool:
    if any("\u4e00" <= letter <= "\u9fff" for letter in text) or text.casefold() in SAME_IN_CHINESE:
        return False
    words = [word.strip(".,:()") for word in text.split()]
    return any(word.isalpha() and word.isascii() and len(word) > 2 and not word.isupper() for word in words)


def sideways(page: Page) -> list[str]:
    """A page that scrolls sideways."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return [f"scrolls sideways: {width} px in {window} px"] if width > window else []


def accessible(page: Page) -> list[str]:
    """Contrast below AA, and controls without a name."""
    page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN_AXE))
