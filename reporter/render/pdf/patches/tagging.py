"""Tagged PDF → languages on its elements, and no element that only groups.

WeasyPrint tags every piece of a line as a span of its own, which makes a third of a Chinese brief's file and tells a
reader of screens nothing; and it writes the document's language only, not that of an element in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reporter.render.pdf.patches.signatures import find_misfit

#: Structure elements that only group: what they hold moves up to their parents.
_EMPTY_WORDS = frozenset({"/Span", "/NonStruct", "/Div"})
_KNOWN = (("_build_box_tree", ("box", "parent", "pdf", "page_number", "nums", "annotations", "tags")),)


@contextmanager
def tag_languages(tags: Any, text: Callable[[str], Any]) -> Iterator[str | None]:
    """While active, structure elements carry the `lang` of their HTML elements.

    Yields what of WeasyPrint the patch doesn't fit, or None. Where it doesn't fit, the document has one language.

    Args:
        tags: WeasyPrint's module that builds the tree.
        text: makes a text of a PDF.
    """
    if (misfit := find_misfit(tags, _KNOWN)) is not None:
        yield misfit
        return
    plain = tags._build_box_tree

    def tag_with_language(box: Any, parent: Any, *others: Any) -> Iterator[Any]:
        source = box.element
        spoken = source.get("lang") if source is not None and hasattr(source, "get") else None
        for element in plain(box, parent, *others):
            if spoken and source.tag != "html":
                element["Lang"] = text(spoken)
            yield element

    tags._build_box_tree = tag_with_language
    try:
        yield None
    finally:
        tags._build_box_tree = plain


def simplify_tags(pdf: Any) -> str | None:
    """Take out elements that only group, and point their content at the nearest element that means something.

    Args:
        pdf: WeasyPrint's pydyf PDF, about to be written. What is taken out is emptied, not removed.

    Returns:
        What of the tree is not as the patch knows it, or None. Then the tree is left as it is: larger, and as right.
    """
    objects = {item.reference: item for item in pdf.objects}
    root = objects.get(pdf.catalog.get("StructTreeRoot"), {})
    elements = {
        reference: item
        for reference, item in objects.items()
        if isinstance(item, dict) and item.get("Type") == "/StructElem"
    }
    if "Nums" not in objects.get(root.get("ParentTree"), {}):
        return "tree of tags has no list of parents"
    if not all({"S", "K", "P"} <= item.keys() and isinstance(item["K"], list) for item in elements.values()):
        return "tags have other keys"
    kept = {reference: _find_owner(reference, elements) for reference in elements}
    for reference, item in elements.items():
        if kept[reference] == reference:
            item["K"][:] = _flatten_kids(item, elements, kept)
            item["P"] = kept.get(item["P"], item["P"])
    for entry in objects[root["ParentTree"]]["Nums"]:
        if isinstance(entry, list):
            entry[:] = [kept.get(reference, reference) for reference in entry]
    for reference, item in elements.items():
        if kept[reference] != reference:
            item.clear()
    return None


def _find_owner(reference: bytes, elements: dict[bytes, Any]) -> bytes:
    """The element itself, or the nearest one above it that is kept."""
    while _groups_only(elements[reference], elements) and elements[reference]["P"] in elements:
        reference = elements[reference]["P"]
    return reference


def _groups_only(element: Any, elements: dict[bytes, Any]) -> bool:
    if element["S"] not in _EMPTY_WORDS or {"Lang", "Alt", "ID", "A"} & element.keys():
        return False
    # A caption stays in a group with what it is the caption of.
    return not any(
        elements[kid]["S"] == "/Caption" for kid in element["K"] if isinstance(kid, bytes) and kid in elements
    )


def _flatten_kids(element: Any, elements: dict[bytes, Any], kept: dict[bytes, bytes]) -> list[Any]:
    found: list[Any] = []
    for kid in element["K"]:
        if isinstance(kid, bytes) and kid in elements and kept[kid] != kid:
            lifted = _flatten_kids(elements[kid], elements, kept)
            # Content on another page than its new parent's says which page it is on.
            page = elements[kid]["Pg"]
            found += [
                _content_on_page(page, part) if isinstance(part, int) and page != element["Pg"] else part
                for part in lifted
            ]
        else:
            found.append(kid)
    return found


def _content_on_page(page: bytes, content: int) -> Any:
    import pydyf  # type: ignore[import-untyped]

    return pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": content})
