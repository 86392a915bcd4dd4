"""How it is said, in French and English: terminal, page, tables, documents.

Names are imported when first used: `bascule --help` needs the words and none of the forms. No name here is that of a module:
once imported, the module would stand in its place.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bascule.report.asked import unseen, what_is_asked
    from bascule.report.drift import drift_csv, drift_text
    from bascule.report.entry import describe
    from bascule.report.html import cutoff_page, page
    from bascule.report.lookup import Lookup
    from bascule.report.move_trouble import move_error, move_note
    from bascule.report.moved import (
        archive_text,
        forecast_text,
        receipt_csv,
        receipt_line,
        receipt_page,
        receipt_text,
        verification_text,
    )
    from bascule.report.play import play_out
    from bascule.report.tables import as_csv
    from bascule.report.text import show
    from bascule.report.timer import timer_text
    from bascule.report.words import LANGUAGES, Words

__all__ = [
    "LANGUAGES",
    "Lookup",
    "Words",
    "archive_text",
    "as_csv",
    "cutoff_page",
    "describe",
    "drift_csv",
    "drift_text",
    "forecast_text",
    "move_error",
    "move_note",
    "page",
    "play_out",
    "receipt_csv",
    "receipt_line",
    "receipt_page",
    "receipt_text",
    "show",
    "timer_text",
    "unseen",
    "verification_text",
    "what_is_asked",
]

_WHERE = {
    "LANGUAGES": "words",
    "Lookup": "lookup",
    "Words": "words",
    "archive_text": "moved",
    "as_csv": "tables",
    "cutoff_page": "html",
    "describe": "entry",
    "drift_csv": "drift",
    "drift_text": "drift",
    "forecast_text": "moved",
    "move_error": "move_trouble",
    "move_note": "move_trouble",
    "page": "html",
    "play_out": "play",
    "receipt_csv": "moved",
    "receipt_line": "moved",
    "receipt_page": "moved",
    "receipt_text": "moved",
    "show": "text",
    "timer_text": "timer",
    "unseen": "asked",
    "verification_text": "moved",
    "what_is_asked": "asked",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"bascule.report.{_WHERE[name]}"), name)
