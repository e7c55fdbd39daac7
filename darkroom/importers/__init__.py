"""Weights that other programs wrote: PyTorch's and TensorFlow 1's."""
