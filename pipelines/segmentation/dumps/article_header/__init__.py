"""The article among the blocks of a dump: where it begins and ends, its time, titles and byline."""
