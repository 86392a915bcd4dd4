"""What a catalogue is refused for: file, line, what is wrong there and what to write instead."""

from collections.abc import Callable
from pathlib import Path

import msgspec

SAID: dict[str, tuple[str, str]] = {
    "source": ("no source address ({name})", "Write the whole address of the page that you read, from https:// on."),
    "organisation": ("no organisation {name}", "Write the id of an organisation of the catalogue (bascule catalogue search), or add its file first."),
    "service": ("no service {name}", "Write the id of a service of the catalogue (bascule catalogue search), or add it first."),
    "function": ("no function {name}", "Write an id of functions.toml: {known}."),
    "jurisdiction": ("no jurisdiction {name}", "Write the two capital letters of the country (FR, DE, GB …) that stand in the folder jurisdictions."),
    "service-twice": ("service id {name} is used twice", "Give one of the two another id."),
    "deployment-twice": ("deployment id {name} is used twice", "Give one of the two another id."),
    "price": ("a price below zero", "Write the amount without a sign."),
    "file-name": ("{key} is {name}, the file is named {file}", "Name the file {wanted}, or change the line."),
    "key-unknown": ("the key `{name}` is not known here", "Write one of: {known}."),
    "key-near": ("the key `{name}` is not known here", "Write `{near}`, if you mean that. Known here: {known}."),
    "key-missing": ("the key `{name}` is missing", "Add a line {name} = … to this table; docs/catalogue.md shows its form."),
    "value": ("{name} is not one of the values of this key", "Write one of: {known}."),
    "date": ("this is not a date", "Write year, month and day without quotation marks: 2026-11-24."),
    "text": ("this is not a text", "Put it between quotation marks."),
    "list": ("this is not a list", "Put the texts between square brackets, separated by commas."),
    "toml": ("this line cannot be read ({reason})", "Write key = value, and close each text with a quotation mark on the same line."),
    "utf-8": ("the file is not in UTF-8", "Save it again as plain text, encoding UTF-8."),
}
"""Every refusal that somebody who adds an entry may meet: key → what is wrong, what to write instead."""


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend, with its file and line.

    Attributes:
        line: From 1; 0 when it is the whole file.
        text: A key of `SAID`, or a plain English sentence.
        place: Where in the file (`$.facts[0]`), for the words of `SAID`.
        details: What fills the places of those words.
    """

    path: Path
    line: int
    text: str
    place: str = ""
    details: dict[str, str] = {}

    def told(self, translate: Callable[[str], str]) -> str:
        """Return file and line, what is wrong and what to write instead, in the language of `translate`."""
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        if self.text not in SAID:
            return f"{where}: {self.text}"
        sentence, remedy = (translate(part).format_map(self.details) for part in SAID[self.text])
        return f"{where}: {self.place}{': ' if self.place else ''}{sentence}. {remedy}"

    def __str__(self) -> str:
        return self.told(str)


class CatalogueError(Exception):
    """A catalogue cannot be used; the message names file, line, what is wrong and what to write instead."""

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def told(self, translate: Callable[[str], str]) -> str:
        """Return every problem on its own line, in the language of `translate`."""
        return "\n".join(problem if isinstance(problem, str) else problem.told(translate) for problem in self.problems)

    def __str__(self) -> str:
        return self.told(str)
