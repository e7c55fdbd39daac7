"""From a data set's files to training samples.

`folders` lists the pictures, `pictures` reads one, `encoding` turns depth maps into
greys and back, `crops` says which part a sample shows, and `samples` puts these
together: a sample is a pure function of its number.
"""
