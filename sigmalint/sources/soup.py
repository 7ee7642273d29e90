"""Beautiful Soup over the tokens of `markup`: a tree of the elements that matter to a linter. Imports bs4."""

from collections.abc import Iterable, Mapping

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder
from bs4.element import Tag

from sigmalint.sources.markup import EndTag, Namespace, StartTag, value


def build(text: str, tags: Iterable[StartTag | EndTag], contents: Mapping[int, str]) -> BeautifulSoup:
    """A tree of the elements whose start tags are given, in order; `contents` has the text of scripts by their offset.

    Only a form contains other elements, up to its end tag. Attribute values are decoded strings (`class` too), and each
    tag's `sourcepos` is the offset of its start tag in the text.
    """
    # Beautiful Soup takes a short text without tags for a file name or address and warns.
    return BeautifulSoup(text if "<" in text else "", builder=_TagTreeBuilder(tags, contents))


class _TagTreeBuilder(HTMLTreeBuilder):
    """Feeds a soup with tags that are already read. The tree is flat but for forms: no input makes it deep."""

    NAME = "sigmalint"

    def __init__(self, tags: Iterable[StartTag | EndTag], contents: Mapping[int, str]) -> None:
        # Beautiful Soup compares whole elements when one of a string container or white space tag is closed: none of them.
        super().__init__(multi_valued_attributes={}, preserve_whitespace_tags=set(), string_containers={})
        self._tags = tags
        self._contents = contents

    def feed(self, markup: str | bytes) -> None:
        """Build the tree of `markup`."""
        soup = self.soup
        assert soup is not None
        assert isinstance(markup, str)
        in_form = False
        for tag in self._tags:
            closes_form = in_form and tag.name == "form"
            if closes_form:
                soup.handle_endtag("form")
                in_form = False
            if isinstance(tag, EndTag):
                continue
            attributes = {name: value(markup, attribute).text for name, attribute in tag.attributes.items()}
            namespace = None if tag.namespace is Namespace.HTML else str(tag.namespace)
            soup.handle_starttag(tag.name, namespace, None, attributes, sourcepos=tag.start)
            if tag.name == "form":
                in_form = True
                continue
            if content := self._contents.get(tag.start):
                soup.handle_data(content)
            soup.handle_endtag(tag.name)

    def set_up_substitutions(self, tag: Tag) -> bool:
        """Keep the values of `<meta>` as they are (Beautiful Soup would prepare them for another output encoding)."""
        return False
