"""The commands of `kepu`, one a module: options, and a call of a plain function that Python can call too."""
