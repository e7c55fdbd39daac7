#!/bin/sh
# The whole thing in minutes, with nothing downloaded but packages: a scene through the
# lens, then PyNET on generated scenes: all seven levels, a photo before and after, a
# LiteRT file, and what was reached.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh
PATH="$PWD/.venv/bin:$PATH"
weights=checkpoints/pynet/level_1/pynet.weights.h5
shot=data/shots/test/scene_0
photo=data/focused/test/original/3.jpg
depth=data/focused/test/original_depth/3.png
out=runs/quickstart

python -m darkroom.scenes --layout lens --train 0 --test 1 --seed 3 --size 640x960 \
    --output data/shots
python -m darkroom.render "$shot/aif.png" --depth "$shot/disparity.png" \
    --f_number 1.4 --output "$out/lens.png" --overwrite

scripts/train_pynet.sh
python -m pynet.evaluate --level 1 --weights "$weights" --output "$out"
python -m pynet.render "$photo" --depth "$depth" --weights "$weights" \
    --output "$out/bokeh.jpg" --sheet "$out/before_after.png" --overwrite
python -m pynet.export --level 1 --weights "$weights" --size 128x192 \
    --output "$out/pynet.tflite"
python -m pynet.render "$photo" --depth "$depth" --weights "$out/pynet.tflite" \
    --output "$out/bokeh_litert.jpg" --overwrite
echo
python -m pynet.summary
echo "look at $out/lens.png, $out/before_after.png and $out/sheet.png"
