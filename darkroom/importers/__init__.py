"""Weights that other programs wrote: PyTorch's, TensorFlow 1's, KerasHub's."""
