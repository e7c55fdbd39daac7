"""CycleGAN's step in PyTorch, to measure ours beside it where PyTorch is installed.

ResNet-9 and 70 x 70 patches, batch 1, all losses, Adam: what cyclegan_tf.train does by
default, without its pools of fakes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

Module = Any  # torch is not there where mypy runs
Tensor = Any


def prepare(side: int) -> Callable[[], float]:
    """Makes a step on random pictures of `side` pixels; it returns the loss.

    Raises:
      ValueError: PyTorch is not installed.
    """
    try:
        import torch
        from torch.nn import functional
    except ImportError as error:
        raise ValueError(
            "PyTorch is not installed, which --beside_torch measures; pip install "
            "torch, or leave the flag out"
        ) from error

    forward, backward = generator(), generator()
    discriminators = discriminator(), discriminator()

    def adam(*networks: Module) -> Any:
        variables = itertools.chain(*(network.parameters() for network in networks))
        return torch.optim.Adam(variables, 2e-4, (0.5, 0.999))

    generator_optimizer = adam(forward, backward)
    discriminator_optimizer = adam(*discriminators)
    a, b = (2 * torch.rand(1, 3, side, side) - 1 for _ in "ab")

    def gan_loss(critic: Module, picture: Tensor, real: float) -> Tensor:
        logits = critic(picture)
        return functional.mse_loss(logits, torch.full_like(logits, real))

    def step() -> float:
        ways = (
            (forward, backward, discriminators[0], a, b),
            (backward, forward, discriminators[1], b, a),
        )
        for critic in discriminators:
            critic.requires_grad_(False)
        loss, fakes = 0.0, []
        for there, back, critic, real, other in ways:
            fake = there(real)
            loss = loss + gan_loss(critic, fake, 1)
            loss = loss + 10 * functional.l1_loss(back(fake), real)
            loss = loss + 5 * functional.l1_loss(there(other), other)
            fakes.append(fake.detach())
        generator_optimizer.zero_grad()
        loss.backward()  # type: ignore[attr-defined]
        generator_optimizer.step()

        discriminator_optimizer.zero_grad()
        for (_, _, critic, _, other), fake in zip(ways, fakes, strict=True):
            critic.requires_grad_(True)
            loss_real, loss_fake = gan_loss(critic, other, 1), gan_loss(critic, fake, 0)
            (0.5 * (loss_real + loss_fake)).backward()
        discriminator_optimizer.step()
        return float(loss)

    return step


def generator() -> Module:
    """Builds `networks.resnet_generator` in PyTorch: 11,378,179 parameters."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            first, second = (
                (nn.ReflectionPad2d(1), nn.Conv2d(256, 256, 3), nn.InstanceNorm2d(256))
                for _ in range(2)
            )
            self.inside = nn.Sequential(*first, nn.ReLU(True), *second)

        def forward(self, x: Tensor) -> Tensor:
            return x + self.inside(x)

    def normalised(convolution: Module, maps: int) -> list[Module]:
        return [convolution, nn.InstanceNorm2d(maps), nn.ReLU(True)]

    return nn.Sequential(
        nn.ReflectionPad2d(3),
        *normalised(nn.Conv2d(3, 64, 7), 64),
        *normalised(nn.Conv2d(64, 128, 3, 2, 1), 128),
        *normalised(nn.Conv2d(128, 256, 3, 2, 1), 256),
        *(Block() for _ in range(9)),
        *normalised(nn.ConvTranspose2d(256, 128, 3, 2, 1, 1), 128),
        *normalised(nn.ConvTranspose2d(128, 64, 3, 2, 1, 1), 64),
        nn.ReflectionPad2d(3),
        nn.Conv2d(64, 3, 7),
        nn.Tanh(),
    )


def discriminator() -> Module:
    """Builds `networks.patch_discriminator` in PyTorch: 2,764,737 parameters."""
    from torch import nn

    def normalised(before: int, maps: int, stride: int) -> list[Module]:
        convolution = nn.Conv2d(before, maps, 4, stride, 1)
        return [convolution, nn.InstanceNorm2d(maps), nn.LeakyReLU(0.2, True)]

    return nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1),
        nn.LeakyReLU(0.2, True),
        *normalised(64, 128, 2),
        *normalised(128, 256, 2),
        *normalised(256, 512, 1),
        nn.Conv2d(512, 1, 4, 1, 1),
    )
