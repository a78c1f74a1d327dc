"""The report of an exam: what it says, as HTML and PDF, with Chinese names, without a picture, on a full disk."""

import errno
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.pdf_words import words_of
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import report_html, report_pdf
from uiac_desktop.exam.report import NOTICE, ExamReport, ModelLine, moment, report_of
from uiac_desktop.exam.store import ExamStore

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
PLANES = ("ACS", "FCH", "TV")
DEMO = ModelLine("demo", "11 planes, macro-F1 0.875.")


def _exam(store: ExamStore, who: str = "Lin", protocol: str = "Screening") -> int:
    """An exam with FCH confirmed, TV changed to TVT, and a rejected ACS."""
    exam = store.begin_exam(who, protocol)
    for plane, person in (("FCH", "FCH"), ("TV", "TVT")):
        kept = store.keep(exam.id, new_frame(plane, seed=len(plane), size=(96, 128, 3)))
        store.relabel(kept.id, person, who)
        store.set_best(kept.id, who)
    store.set_state(store.keep(exam.id, new_frame("ACS")).id, "rejected", who)
    store.end_exam(exam.id)
    return exam.id


def _report(store: ExamStore, exam_id: int, **more) -> ExamReport:
    return report_of(store, exam_id, PLANES, DEMO, NOW, **more)


def test_that_every_plane_of_the_protocol_and_every_other_one_has_a_line(store: ExamStore) -> None:
    report = _report(store, _exam(store))
    lines = {line.plane: line for line in report.lines}
    assert list(lines) == ["ACS", "FCH", "TV", "TVT"]
    assert [line.state for line in report.lines] == ["rejected", "kept", "missing", "kept"]
    assert (report.kept_of_protocol, report.of_protocol, report.frames) == (1, 3, 2)
    assert (lines["FCH"].confirmed, lines["TVT"].confirmed) == ("FCH", "TVT (changed)")
    assert (lines["TVT"].predicted, lines["TVT"].certainty) == ("TV", "75 %")
    assert lines["FCH"].by.startswith("Lin, 20")


def test_that_no_certainty_stands_beside_a_plane_that_the_model_did_not_say(store: ExamStore) -> None:
    exam = store.begin_exam("Lin", "Screening")
    for said, person in (("FCH", None), ("TV", "TV"), ("RVOT", "TVT")):
        kept = store.keep(exam.id, new_frame(said))
        if person:
            store.relabel(kept.id, person, "Lin")
        store.set_best(kept.id, "Lin")
    report = _report(store, exam.id)
    shown = {line.plane: line.certainty_of_plane for line in report.lines if line.frame}
    assert shown == {"FCH": "75 %", "TV": "75 %", "TVT": ""}
    page = _Page(report_html.html_of(report))
    words = words_of(report_pdf.pdf_of(report))
    for told in (page.words, words):
        assert told.count("75 %") == 2 + 3, "two captions, and the model's column of the table"


def test_that_the_facts_tell_protocol_person_and_the_model_s_card(store: ExamStore) -> None:
    facts = dict(_report(store, _exam(store)).facts)
    assert facts["Protocol"] == "Screening, 1 of 3 planes kept"
    assert facts["Model"] == "demo: 11 planes, macro-F1 0.875."
    assert facts["Confirmed by"].startswith("Lin, 20")
    assert facts["Subject"].endswith("(pseudonym)")


def test_that_the_card_of_another_model_is_not_told(store: ExamStore) -> None:
    report = report_of(store, _exam(store), (), ModelLine("other", "3 planes."), NOW)
    facts = dict(report.facts)
    assert facts["Model"] == "demo (not chosen now, so its card is not told)"
    assert "not known on this PC" in facts["Protocol"]


def test_that_a_label_that_nobody_confirmed_says_so(store: ExamStore) -> None:
    exam = store.begin_exam("Lin", "Screening")
    store.set_best(store.keep(exam.id, new_frame("FCH")).id)
    report = _report(store, exam.id)
    assert dict(report.facts)["Confirmed by"] == "nobody yet"
    assert report.lines[1].confirmed == "not confirmed"


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.pictures: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.pictures += [value or "" for name, value in attrs if name == "src"]

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_that_the_html_holds_its_pictures_and_maps_and_asks_nothing_of_a_network(store: ExamStore) -> None:
    exam = _exam(store)
    best = [frame for frame in store.frames(exam) if frame.best]
    maps = {best[0].id: np.zeros((96, 128, 3), np.uint8)}
    page = _Page(report_html.html_of(_report(store, exam, mapped=maps)))
    assert len(page.pictures) == 3
    assert all(picture.startswith("data:image/png;base64,") for picture in page.pictures)
    assert NOTICE in page.words
    assert "by demo" in page.words
    assert "script" not in page.tags


def test_that_typed_text_is_text_in_the_html_chinese_too(store: ExamStore, tmp_path: Path) -> None:
    exam = _exam(store, "张伟<script>alert(1)</script>", "筛查 & co")
    file = tmp_path / "报告.html"
    report_html.write_html(_report(store, exam), file)
    page = _Page(file.read_text(encoding="utf-8"))
    assert "张伟<script>alert(1)</script>" in page.words
    assert "script" not in page.tags
    assert any(words.startswith("筛查 & co") for words in page.words)


def test_that_the_pdf_is_whole(store: ExamStore) -> None:
    exam = _exam(store)
    content = report_pdf.pdf_of(_report(store, exam))
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", content)) == 1
    assert len(re.findall(rb"/Subtype /Image\b", content)) == 2


def test_that_chinese_names_are_whole_in_the_pdf_whatever_this_pc_has(
    store: ExamStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = report_pdf.other_fonts()[:1]
    monkeypatch.setattr(report_pdf, "other_fonts", lambda: shipped)
    pages: list[report_pdf._Page] = []
    real = report_pdf._Page.footer
    monkeypatch.setattr(report_pdf._Page, "footer", lambda page: pages.append(page) or real(page))
    exam = _exam(store, "张伟（超声科）", "胎儿心脏筛查、六切面")
    frame = store.frames(exam)[0]
    store.set_best(store.relabel(frame.id, "四腔心切面", "李娜").id, "李娜")
    content = report_pdf.pdf_of(_report(store, exam))
    assert not any(page.lacking for page in pages)
    assert b"NotoSansSCGB2312" in content


@pytest.mark.parametrize(
    "who", ["Lin", "张伟", "张伟 Wei", "Wei 张伟", "超声科张伟、李娜与 Annegret Wilhelmina von der Heide, all"]
)
@pytest.mark.parametrize("own", ["四腔心切面", "四腔心 4C", "4C 四腔心", "4C"])
def test_that_what_is_written_is_what_is_read_in_the_pdf_whatever_stands_before_it(
    store: ExamStore, who: str, own: str
) -> None:
    exam = _exam(store, who, "胎儿心脏筛查")
    frame = store.frames(exam)[0]
    store.set_best(store.relabel(frame.id, own, who).id, who)
    report = _report(store, exam)
    words = words_of(report_pdf.pdf_of(report))
    for word, value in report.facts:
        assert word in words
        assert value in "".join(words), "wrapped lines follow each other"
    told = [text for line in report.lines for text in (line.plane, line.state, line.certainty, line.predicted)]
    missing = [text for text in told if text and text not in words]
    assert not missing
    assert words.count("75 %") == sum(line.frame is not None for line in report.lines), "in the table alone"
    assert f"Report made {moment(NOW)}." in words[-3]
    assert words[-2:] == [NOTICE, "Page 1 of 1"]


def test_that_the_table_of_the_pdf_stands_whole_and_words_are_right_on_every_page(store: ExamStore) -> None:
    exam = _exam(store, "张伟")
    planes = tuple(f"切面 {number}" for number in range(8))
    for plane in planes:
        store.set_best(store.relabel(store.keep(exam, new_frame("TV")).id, plane, "张伟").id, "张伟")
    words = words_of(report_pdf.pdf_of(report_of(store, exam, planes, DEMO, NOW)))
    second = words.index("Page 1 of 2") + 1
    assert words[second : second + 2] == ["Plane", "State"]
    assert [word for word in words[second:] if word in planes] == list(planes)
    assert words.count("Plane") == 1


def test_that_a_name_too_long_for_its_picture_is_cut_with_a_sign_and_whole_in_the_table(store: ExamStore) -> None:
    exam = _exam(store)
    name = "三血管切面及气管切面长名称的情况与更多文字说明"
    store.set_best(store.relabel(store.frames(exam)[0].id, name, "Lin").id, "Lin")
    report = _report(store, exam)
    words = words_of(report_pdf.pdf_of(report))
    assert [word for word in words if word.endswith("…") and name.startswith(word[:-1])]
    assert name in "".join(words)


def test_that_a_letter_of_no_font_is_a_box_and_said(store: ExamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_pdf, "other_fonts", tuple)
    said: list[str] = []
    real = report_pdf._Page.plain
    monkeypatch.setattr(report_pdf._Page, "plain", lambda page, text: said.append(real(page, text)) or said[-1])
    report_pdf.pdf_of(_report(store, _exam(store, "张伟")))
    assert "□□" in said


def test_that_a_font_of_the_pc_writes_what_ours_cannot(store: ExamStore, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    monkeypatch.setattr(report_pdf, "other_fonts", lambda: (other,))
    content = report_pdf.pdf_of(_report(store, _exam(store, "Հայկ")))
    assert b"DejaVuSans" in content


def test_that_a_lost_picture_is_said_and_the_rest_is_told(store: ExamStore) -> None:
    exam = _exam(store)
    lost = next(frame for frame in store.frames(exam) if frame.best)
    store.media.path(lost.media).unlink()
    report = _report(store, exam)
    assert [line.state for line in report.lines] == ["rejected", "unreadable", "missing", "kept"]
    assert "unreadable" in _Page(report_html.html_of(report)).words
    assert report_pdf.pdf_of(report).startswith(b"%PDF-")


def test_that_an_exam_without_frames_has_a_report(store: ExamStore) -> None:
    exam = store.begin_exam("Lin", "Own")
    report = report_of(store, exam.id, (), DEMO, NOW)
    assert report.lines == ()
    assert "No frame was kept in this exam." in _Page(report_html.html_of(report)).words
    assert report_pdf.pdf_of(report).startswith(b"%PDF-")


def test_that_a_report_that_cannot_be_written_leaves_the_former_one(
    store: ExamStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.html"
    file.write_text("former")

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    report = _report(store, _exam(store))
    monkeypatch.setattr(report_html, "write_atomic", no_room)
    with pytest.raises(StoreError, match="cannot be written") as caught:
        report_html.write_html(report, file)
    assert "disk is full" in caught.value.advice
    assert file.read_text() == "former"


def test_that_times_are_those_of_this_pc() -> None:
    assert moment(NOW) == f"{NOW.astimezone():%Y-%m-%d %H:%M}"
    assert moment(None) == ""
