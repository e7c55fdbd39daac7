"""The program for people: photos in, photos of a wide-aperture lens out.

`look` is how the picture is drawn, `aim` where it is sharp, `batch` which files belong
together, `shot` one photo, `network` an exported PyNET in place of the lens, `sweep`
the focus in motion.
"""
