"""From the start of the program to the first labelled frame on screen, second start in a row."""

from tests.benchmarks.figure import Figure
from tests.benchmarks.inputs import demo_model
from tests.benchmarks.program import run_program


def figures() -> list[Figure]:
    demo_model()
    run_program(["--demo"], quit_after=8)
    stats, _ = run_program(["--demo"], quit_after=8)
    return [Figure("start_to_first_label_s", stats["first_label_s"], "s", at_most=6)]
