"""Files: which ones, where to, pictures, depth maps; whole or not at all."""
