"""The archive as a corpus for linguists: frequencies, concordances, collocates, keyness, trends.

The words of all articles are kept as numbers in files beside the archive (corpus_files), which follow it and can be
deleted at any time. Every table says over how many tokens and documents, of which selection, by which tokenizer and of
which state of the archive it is (corpus_tables).
"""
