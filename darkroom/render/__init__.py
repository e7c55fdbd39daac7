"""The program for people: photos in, photos of a wide-aperture lens out.

`look` is how the picture is drawn (`preset` a look in a file), `autofocus` where it is
sharp and `surface` how deep, `options` what is done with all photos, `shot` one photo,
`methods` the lens and its alternatives, `network` PyNET in place of them (`guided`
enlarges what it drew), `sweep` the focus in motion.
"""

MARGIN = 32  # pixels of a photo's mirror image around it, for a network to look into
