"""Draws a street at night with its exact depth: lamps to blur, lanterns to focus on."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

HEIGHT, WIDTH = 720, 1080
_HORIZON = 0.62  # of the height
_FAR = 0.04  # disparity of the houses
_DARK = (0.005, 0.004, 0.005)  # linear light
_LAMPS = 8  # on each side of the street
# x, y and radius in heights of the picture, and the disparity of each lantern
_LANTERNS = ((0.46, 0.37, 0.185, 0.95), (1.12, 0.30, 0.105, 0.55))


@functools.cache
def scene() -> tuple[Array, Array]:
    """Returns the photo, `[H, W, 3]` uint8, and its disparity, `[H, W]` uint16."""
    rng = np.random.default_rng(11)
    light, disparity = _street()
    _houses(rng, light)
    for step in range(_LAMPS - 1, -1, -1):
        for side in (-1, 1):
            _lamp(rng, light, disparity, side, 0.36 * rng.uniform(0.6, 0.72) ** step)
    for x, y, radius, near in sorted(_LANTERNS, key=lambda lantern: lantern[3]):
        _lantern(light, disparity, (x * HEIGHT, y * HEIGHT), radius * HEIGHT, near)
    noise = np.asarray(rng.normal(0, 0.0015, light.shape), np.float32)
    photo = pixels.to_srgb(np.clip(light + noise, 0, 1), np.uint8)
    return photo, pixels.to_uint16(disparity)


def _street() -> tuple[Array, Array]:
    """Draws the sky and the wet road: linear light and disparity."""
    row: Array = (np.arange(HEIGHT, dtype=np.float32)[:, None] + 0.5) / HEIGHT
    down = np.clip((row - _HORIZON) / (1 - _HORIZON), 0, 1)
    up = np.clip(1 - row / _HORIZON, 0, 1)
    sky = np.array([0.05, 0.028, 0.06]) * (1 - up) ** 2 + np.array([0.003, 0.006, 0.02])
    road = np.array([0.006, 0.006, 0.010]) * (1 + down)
    light: Array = np.where(row < _HORIZON, sky, road)[:, None].repeat(WIDTH, 1)
    disparity: Array = (_FAR + (0.8 - _FAR) * down).repeat(WIDTH, 1)
    return light.astype(np.float32), disparity.astype(np.float32)


def _houses(rng: np.random.Generator, light: Array) -> None:
    """Draws houses along the horizon, some of their windows lit."""
    left, bottom = 0, int(_HORIZON * HEIGHT)
    while left < WIDTH:
        wide = int(rng.integers(60, 130))
        away = abs((left + wide / 2) / WIDTH - 0.5) * 2
        top = int(bottom - HEIGHT * (0.1 + 0.34 * away) * rng.uniform(0.8, 1.1))
        light[top:bottom, left : left + wide] = rng.uniform(0.004, 0.009, 3)
        for y in range(top + 12, bottom - 16, 22):
            for x in range(left + 9, min(left + wide, WIDTH) - 12, 19):
                if rng.random() < 0.3:
                    tone = np.array(
                        [1.0, rng.uniform(0.5, 0.75), rng.uniform(0.15, 0.5)]
                    )
                    light[y : y + 10, x : x + 8] = tone * rng.uniform(0.05, 0.8)
        left += wide


def _lamp(
    rng: np.random.Generator, light: Array, disparity: Array, side: int, near: float
) -> None:
    """Draws a street lamp, its glow, and what the wet road mirrors of it."""
    foot = _HORIZON + (1 - _HORIZON) * near / 0.8
    x = int(WIDTH * (0.5 + side * (0.04 + 1.1 * near)))
    y, ground = int(HEIGHT * (foot - 1.55 * near - 0.03)), int(HEIGHT * foot)
    tones = (1.0, 0.62, 0.25), (0.6, 0.85, 1.0)
    warm = np.array(tones[rng.random() > 0.7], np.float32)
    core, pole = max(2, int(22 * near)), max(1, int(9 * near))
    left = max(0, x - 12 * core)
    near_it = np.s_[:, left : x + 12 * core]  # its light ends there
    lit, deep, x = light[near_it], disparity[near_it], x - left
    glow: Array = np.zeros(deep.shape, np.float32)
    cv2.circle(glow, (x, y), core, 1.0, -1, cv2.LINE_AA)
    rim = cv2.GaussianBlur(glow, (0, 0), 0.8 * core + 1)
    wide = cv2.GaussianBlur(glow, (0, 0), 3 * core + 3)
    mirrored = np.zeros_like(glow)
    cv2.ellipse(mirrored, (x, 2 * ground - y), (core, 5 * core), 0, 0, 360, 1.0, -1)
    mirrored = cv2.GaussianBlur(mirrored, (0, 0), sigmaX=core, sigmaY=9 * core)
    mirrored[: int(_HORIZON * HEIGHT)] = 0
    lit += (rim + 1.2 * wide + 0.9 * mirrored)[..., None] * warm
    for sheet, value in ((lit, _DARK), (deep, near)):
        drawn = np.ascontiguousarray(sheet)
        cv2.line(drawn, (x, y), (x, ground), value, pole)
        sheet[:] = drawn
    lit += (3 * glow)[..., None] * (warm * 0.6 + 0.4)
    deep[glow > 0.5] = near


def _lantern(
    light: Array, disparity: Array, at: tuple[float, float], radius: float, near: float
) -> None:
    """Draws a paper lantern on its string, lit from within."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    across, down = (x - at[0]) / radius, (y - at[1]) / (0.92 * radius)
    away = np.sqrt(across**2 + down**2)
    inside = np.clip((1 - away) * radius + 0.5, 0, 1)[..., None]
    bulge = np.sqrt(np.clip(1 - down**2, 0, 1))
    ribs = 0.78 + 0.22 * np.cos(np.clip(down, -1, 1) * 34) ** 2
    heart = 0.25 + 0.75 * np.exp(-1.6 * (across**2 + (down - 0.15) ** 2))
    shade = ribs * heart * (0.55 + 0.45 * np.sqrt(np.clip(bulge**2 - across**2, 0, 1)))
    paper = shade[..., None] * np.array([0.82, 0.15, 0.035], np.float32)
    halo = 0.05 * np.exp(-2.2 * np.clip(away - 1, 0, None))[..., None]
    light += halo * np.array([1.0, 0.3, 0.08], np.float32)
    light[:] = light * (1 - inside) + paper * inside
    disparity[inside[..., 0] > 0.5] = near
    thin = max(2, int(0.02 * radius))
    middle = round(at[0])
    for side in (-1, 1):
        edge = at[1] + side * 0.86 * radius
        cap = (round(middle - 0.34 * radius), round(edge - 0.07 * radius))
        corner = (round(middle + 0.34 * radius), round(edge + 0.07 * radius))
        cv2.rectangle(light, cap, corner, _DARK, -1, cv2.LINE_AA)
        cv2.rectangle(disparity, cap, corner, near, -1)
    top, foot = round(at[1] - 0.9 * radius), round(at[1] + 0.9 * radius)
    for start, end, wide in (
        ((middle, 0), (middle, top), thin),
        ((middle, foot), (middle, foot + round(0.5 * radius)), 3 * thin),
    ):
        cv2.line(light, start, end, (0.1, 0.02, 0.008), wide, cv2.LINE_AA)
        cv2.line(disparity, start, end, near, wide)
