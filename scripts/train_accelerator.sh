#!/bin/sh
# Trains PyNET-Bokeh for so many MINUTES on a machine with an accelerator: scenes on all
# cores, then the widest network that makes 1,500 steps of level 1 in the time that is left
# (identity start, all levels at once), its scores, and its weights packed with a card.
#   scripts/train_accelerator.sh 10
# Stopped, the same command goes on with what is there. SCENES, WIDTHS, SIZE, PATCH, BATCH
# and PRECISION may be set; PHOTOS is a folder of pictures to make scenes of.
set -eu
minutes=${1:?so many minutes} run=${2:-runs/accelerator}
scenes=${SCENES:-$(($(getconf _NPROCESSORS_ONLN) * minutes * 3))}
start=$(date +%s)
mkdir -p "$run"
seconds_left() { echo $((minutes * 60 - $(date +%s) + start)); }

train() { # WIDTH STEPS SCHEDULE FOLDER [FLAGS]
    width=$1 steps=$2 schedule=$3 folder=$4
    shift 4
    python -m pynet.train --level 1 --joint --preset tiny --start identity \
        --width "$width" --steps "$steps" --schedule "$schedule" --ema 0.999 --augment \
        --patch_size "${PATCH:-256}" --batch_size "${BATCH:-4}" \
        --precision "${PRECISION:-bfloat16}" --learning_rate 3e-4 --validate 8 \
        --eval_every 1000000 --data_dir "$run/scenes" --checkpoint_dir "$folder" "$@"
}

python -m darkroom.scenes --layout ebb --output "$run/scenes" --size "${SIZE:-512x768}" \
    --train "$scenes" --test 24 ${PHOTOS:+--photos "$PHOTOS"}

# A few steps twice: both start and compile, so that what differs is steps alone.
for width in ${WIDTHS:-1 0.5 0.25}; do
    few=$(date +%s)
    train "$width" 4 warmup "$run/few_$width"
    many=$(date +%s)
    train "$width" 44 warmup "$run/many_$width"
    longer=$(($(date +%s) - many - many + few))
    steps=$(($(seconds_left) * 3 / 4 * 40 / (longer > 0 ? longer : 1)))
    echo "width $width: $steps steps in the time that is left"
    [ "$steps" -ge 1500 ] && break
done
if [ "$steps" -lt 100 ]; then
    echo "$minutes minutes are too few for width $width here: give more" >&2
    exit 1
fi

# What is left at the end has a falling rate, from the average of the weights.
train "$width" $((steps * 3 / 4 + 1)) warmup "$run/long"
train "$width" $((steps / 4 + 1)) cosine "$run/last" \
    --from_weights "$run/long/joint/pynet.weights.h5"
weights=$run/last/joint/pynet.weights.h5
python -m pynet.evaluate --level 1 --weights "$weights" --data_dir "$run/scenes" \
    --output "$run/scores"
printf '{"photo_size": "%s", "width": %s, "steps": %s, "minutes": %s, "command": "%s"}\n' \
    "${SIZE:-512x768}" "$width" "$steps" "$minutes" "scripts/train_accelerator.sh $minutes" \
    > "$run/card.json"
python -m pynet.ship --name "width_$width" --weights "$weights" --card "$run/card.json" \
    --output "$run/checkpoints" || echo "$weights: the weights stay here"
