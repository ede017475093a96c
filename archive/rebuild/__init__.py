"""The archive made anew from its captures: after the extractor is improved, every article is what it makes of them."""
