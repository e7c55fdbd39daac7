"""What a step of CycleGAN costs beside PyTorch."""
