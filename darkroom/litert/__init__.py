"""LiteRT files (`.tflite`), what phones run: written, checked, and run."""
