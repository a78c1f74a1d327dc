"""How often bf16 gives the label of float32, shipped model, frames of simulated subjects that nobody trained on."""

from itertools import islice

from tests.benchmarks.figure import Figure, SkippedError
from tests.benchmarks.inputs import demo_model

FRAMES = 2000


def figures() -> list[Figure]:
    from uiac_desktop.cli.precision import simulated_frames
    from uiac_desktop.inference.openvino_backend import cpu_has_bf16
    from uiac_desktop.inference.precision import compare
    from uiac_desktop.inference.predictor import load_predictor

    if not cpu_has_bf16():
        raise SkippedError("this CPU has no bf16")
    folder = demo_model()
    exact, quick = (load_predictor(folder, "openvino", precision=name) for name in ("fp32", "bf16"))
    agreement = compare(folder, exact, quick, islice(simulated_frames(), FRAMES))
    exact.close()
    quick.close()
    remark = f"{agreement.agreeing} of {agreement.frames} frames"
    return [Figure("bf16_label_agreement", 100 * agreement.fraction, "%", at_least=99.9, remark=remark)]
