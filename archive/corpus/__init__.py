"""The archive as a corpus for linguists: frequencies, concordances, collocates, keyness, trends.

The tokens of all articles are stored as numbers in files beside the archive (see corpus_files). The files are updated
when the archive has changed, and may be deleted at any time. Each result is a CorpusTable, which states its basis: the
number of tokens and documents, the selection, the tokenizer and the state of the archive.
"""
