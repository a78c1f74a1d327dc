"""The genotype's two texts, and that no text is ever run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nas.errors import GenotypeError
from nas.genotype import DARTS_V1, DARTS_V2, KNOWN, OPERATIONS, UIAC, Edge, Genotype, load, named_genotype, parse


def blocks() -> st.SearchStrategy[tuple[Edge, ...]]:
    pairs = [
        st.builds(Edge, st.sampled_from(OPERATIONS), st.integers(0, node - 1)) for node in range(2, 6) for _ in "ab"
    ]
    return st.tuples(*pairs)


def concats() -> st.SearchStrategy[tuple[int, ...]]:
    return st.permutations(range(2, 6)).flatmap(lambda nodes: st.integers(1, 4).map(lambda n: tuple(nodes[:n])))


genotypes = st.builds(Genotype, normal=blocks(), reduce=blocks(), normal_concat=concats(), reduce_concat=concats())


@given(genotypes)
def test_that_json_text_returns_the_same_genotype(genotype: Genotype) -> None:
    assert parse(genotype.to_json()) == genotype


@given(genotypes)
def test_that_darts_text_returns_the_same_genotype(genotype: Genotype) -> None:
    assert parse(genotype.to_darts()) == genotype


@given(genotypes, st.text(max_size=60).filter(lambda text: "Genotype(" not in text), st.text("()'\" \n\t:", max_size=9))
def test_that_a_log_around_the_text_changes_nothing(genotype: Genotype, before: str, after: str) -> None:
    log = f"epoch 49 lr 1e-3 {before.replace('{', '')}\n genotype = {DARTS_V1.to_darts()}\n{genotype.to_darts()}{after}"
    assert parse(log) == genotype


@given(st.text(max_size=200))
def test_that_any_other_text_is_refused_with_advice(text: str) -> None:
    with pytest.raises(GenotypeError) as caught:
        parse(text)
    assert caught.value.message
    assert caught.value.advice


@given(genotypes, st.integers(0, 700))
def test_that_a_cut_text_is_refused(genotype: Genotype, length: int) -> None:
    for text in (genotype.to_darts(), genotype.to_json().rstrip()):
        with pytest.raises(GenotypeError):
            parse(text[: min(length, len(text) - 1)])


def test_that_json_has_the_form_of_the_contract() -> None:
    fields = json.loads(UIAC.to_json())
    assert list(fields) == ["normal", "reduce", "normal_concat", "reduce_concat"]
    assert fields["normal"][:2] == [["skip_connect", 0], ["dil_conv_5x5", 1]]
    assert fields["normal_concat"] == [2, 3, 4, 5]


def test_that_the_operations_stand_in_the_order_of_darts() -> None:
    assert OPERATIONS == (
        "none",
        "max_pool_3x3",
        "avg_pool_3x3",
        "skip_connect",
        "sep_conv_3x3",
        "sep_conv_5x5",
        "dil_conv_3x3",
        "dil_conv_5x5",
    )


def test_that_the_standard_block_is_the_one_of_the_paper() -> None:
    """Paper, Figure 3, its nodes 1, 2, 3 being ours 0, 1, 2."""
    node3, node4, node5, node6 = (set(UIAC.normal[start : start + 2]) for start in range(0, 8, 2))
    assert node3 == {("skip_connect", 0), ("dil_conv_5x5", 1)}
    assert node4 == {("dil_conv_3x3", 0), ("sep_conv_3x3", 1)}
    assert node5 == {("dil_conv_5x5", 0), ("sep_conv_5x5", 1)}
    assert node6 == {("dil_conv_5x5", 0), ("dil_conv_5x5", 2)}


def test_that_every_case_of_public_faults_is_read_or_refused_with_its_spot(
    case_files: Callable[[str], tuple[Path, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, manifest = case_files("g01_genotypes")
    monkeypatch.chdir(tmp_path)
    messages = {}
    for file in manifest["files"]:
        expect = file["expect"]
        path = folder / file["path"]
        if expect["result"] == "error":
            with pytest.raises(GenotypeError) as caught:
                load(path)
            messages[path.name] = caught.value.message
            continue
        genotype = load(path)
        assert len(genotype.normal) == expect["normal"]
        assert len(genotype.reduce) == expect["reduce"]
        assert bool(genotype.warnings()) == (expect["result"] == "warning")
    assert len(manifest["files"]) == 12
    assert list(tmp_path.iterdir()) == [], "a text was run as code"
    assert "incomplete" in messages["cut.txt"]
    assert "swish_conv_9x9" in messages["unknown_operation.txt"]
    assert "normal, edge 1 (into node 2): node 7" in messages["future_node.txt"]
    assert "7 edges" in messages["odd_edges.txt"]
    assert "range" in messages["huge_range.txt"]
    assert "uiac, darts_v1, darts_v2" in messages["bare_name.txt"]


def test_that_a_block_without_convolutions_says_that_the_search_collapsed() -> None:
    skips = tuple(Edge("skip_connect", edge.node) for edge in UIAC.normal)
    assert Genotype(normal=UIAC.normal, reduce=UIAC.reduce).warnings() == ()
    (warning,) = Genotype(normal=skips, reduce=UIAC.reduce).warnings()
    assert "8 of 8 edges are skips" in warning


@pytest.mark.parametrize(
    ("change", "spot"),
    [
        ({"normal": [["sep_conv_3x3", "0"], *UIAC.normal[1:]]}, "normal, edge 1, node"),
        ({"normal": [["sep_conv_3x3", True], *UIAC.normal[1:]]}, "normal, edge 1, node"),
        ({"reduce": [*UIAC.reduce[:5], ["sep_conv_3x3", -1], *UIAC.reduce[6:]]}, "reduce, edge 6 (into node 4)"),
        ({"reduce": [*UIAC.reduce[:7], ["sep_conv_3x3"]]}, "reduce, edge 8"),
        ({"reduce_concat": []}, "reduce_concat is empty"),
        ({"reduce_concat": [2, 2]}, "names a node twice"),
        ({"normal_concat": [1, 2]}, "names node 1"),
        ({"weights": 1}, "weights"),
        ({"normal": None}, "normal"),
    ],
)
def test_that_the_message_names_the_spot(change: dict[str, object], spot: str) -> None:
    text = json.dumps({**json.loads(UIAC.to_json()), **change})
    with pytest.raises(GenotypeError) as caught:
        parse(text)
    assert spot in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "Genotype(*[1])",
        "Genotype(normal=[('sep_conv_3x3', 0)], normal=[])",
        "Genotype(**{'normal': []})",
        "Genotype(normal=f'{1}')",
        "Genotype(normal=range(0, 2, 1))",
        "Genotype(normal=-1)",
        "Genotype(normal=lambda: 0)",
        "Genotype(" + "(" * 5000,
        "Genotype(" + "(" * 4000 + ")" * 4001,
        "{" * 100_000,
        '{"a":' * 50_000,
        "[" * 100_000,
    ],
)
def test_that_odd_or_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(GenotypeError):
        parse(text)


def test_that_a_genotype_is_found_by_name_file_or_folder_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "genotype.json").write_text("\ufeff" + DARTS_V2.to_json(), encoding="utf-8")
    assert named_genotype("UIAC") == UIAC
    assert named_genotype("darts_v1") == DARTS_V1
    assert named_genotype(tmp_path / "genotype.json") == DARTS_V2
    assert named_genotype(str(tmp_path)) == DARTS_V2
    assert set(KNOWN) == {"uiac", "darts_v1", "darts_v2"}


def test_that_files_which_are_no_texts_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    for path, words in ((tmp_path / "picture.png", "not a text"), (tmp_path / "gone.json", "cannot be opened")):
        with pytest.raises(GenotypeError, match=words) as caught:
            named_genotype(path)
        assert path.name in caught.value.message


def test_that_a_genotype_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        UIAC.normal = ()
