"""A page taken apart: its elements, its visible texts, its ids."""

from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "hr"}
_UNSEEN = {"style", "script"}


class Page(HTMLParser):
    """Elements as (tag, attributes), texts as a person meets them, attributes that are read aloud."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.raw, self._open = [], [], {}, []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open, tag
        assert self._open.pop() == tag, tag

    def handle_data(self, data):
        if self._open and self._open[-1] in _UNSEEN:
            self.raw[self._open[-1]] = self.raw.get(self._open[-1], "") + data
        elif data.strip() and self._open[-1:] != ["tspan"]:  # a label in lines; its title says it whole
            self.texts.append(data.strip())

    @property
    def spoken(self):
        names = ("aria-label", "title", "alt", "placeholder", "data-play", "data-pause", "data-day")
        return [attrs[name] for _, attrs in self.elements for name in names if attrs.get(name)]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    @property
    def links(self):
        return [attrs["href"] for tag, attrs in self.elements if tag == "a"]
