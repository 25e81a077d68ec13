"""The old name of `feeds.outputs`, until `build` uses the new one."""

from feedgen_smm.feeds.formats import document_names
from feedgen_smm.feeds.outputs import ArchiveDocument, Edition, File, Section, render, render_document

__all__ = ["ArchiveDocument", "Edition", "File", "Section", "document_names", "render", "render_document"]
