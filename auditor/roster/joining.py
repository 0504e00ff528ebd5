"""Documents that complement each other -> one document, every block of which knows the file it stands in.

Main      the document with the prose: its source, hash and places stay as they are
Others    a page that names the report as an attachment stands before it (its title and date are the page's), a table after
          it; their places carry their file's name
Metadata  of the main document; what it lacks is taken from the page (published, column, url)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.model import Block, Cell, Document, DocumentStatus, InFile, Paragraph, Table, Text

_OF_A_PAGE = ("published", "column", "url", "title", "site")


def joined(main: Document, pages: Sequence[Document] = (), tables: Sequence[Document] = ()) -> Document:
    """One document of several."""
    others = [*pages, *tables]
    blocks = [
        *(_elsewhere(block, page.source) for page in pages for block in page.blocks),
        *main.blocks,
        *(_elsewhere(block, table.source) for table in tables for block in table.blocks),
    ]
    metadata = dict(main.metadata)
    for page in pages:
        metadata = {**metadata, **{k: page.metadata[k] for k in _OF_A_PAGE if page.metadata.get(k)}}
    notes = [note for other in others for note in other.notes]
    whole = all(d.status is DocumentStatus.OK for d in (main, *others))
    return replace(
        main,
        blocks=tuple(blocks),
        metadata=metadata,
        status=DocumentStatus.OK if whole else DocumentStatus.PARTIAL,
        notes=tuple(dict.fromkeys((*main.notes, *notes))),
        furniture=(*main.furniture, *(words for other in others for words in other.furniture)),
    )


def _elsewhere(block: Block, file: str) -> Block:
    if isinstance(block, Table):
        cells = tuple(_cell(cell, file) for cell in block.cells)
        return replace(block, cells=cells, place=replace(block.place, file=file))
    anchor = block.text.anchor
    if isinstance(anchor, InFile):
        return block
    return Paragraph(Text(block.text.text, InFile(anchor, file)), block.level)


def _cell(cell: Cell, file: str) -> Cell:
    return replace(cell, place=replace(cell.place, file=file))
