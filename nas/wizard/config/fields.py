"""The fields of a config as a form needs them, read from the record itself, so that a form says what the flags say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

FieldKind: TypeAlias = Literal["whole", "number", "choice", "switch", "numbers", "text"]
Config = TypeVar("Config", bound=BaseModel)
_TAIL: Final = re.compile(r" \((?P<unit>[^;()]*); [^()]*\)(?=\.)")
_CHOICES: Final = {"macro_f1": "best macro-F1", "choice_on_test": "best on test"}
_WORDS: Final = {"lr": "learning rate", "w": "of weights", "min": "at the end", "grad": "gradient"}


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a config.

    Attributes
    ----------
    name
        In the record.
    word
        On the form.
    kind
        How it is filled in.
    unit
        Of a number; empty for others.
    low, high
        Its range; None where there is none.
    choices
        What may be picked.
    help
        What it is, in a sentence.
    """

    name: str
    word: str
    kind: FieldKind
    unit: str
    low: float | None
    high: float | None
    choices: tuple[Any, ...]
    help: str

    @property
    def range(self) -> str:
        """The range in words; empty where there is none."""
        return "" if self.low is None or self.high is None else f"{_figure(self.low)} to {_figure(self.high)}"

    @property
    def wanted(self) -> str:
        """What may be filled in, as a sentence."""
        match self.kind:
            case "whole":
                return f"A whole number from {self.range}."
            case "number":
                return f"A number from {self.range}."
            case "numbers":
                return "Whole numbers with commas between them."
            case "choice":
                return f"One of {', '.join(map(self.text, self.choices))}."
            case _:
                return "A text."

    def text(self, value: Any) -> str:
        """Return a value as it is filled in."""
        if value is None:
            return ""
        if self.kind == "numbers":
            return ", ".join(map(str, value))
        if self.kind == "choice":
            return _CHOICES.get(str(value), str(value))
        short = f"{value:.6g}" if isinstance(value, float) else str(value)
        return short if not isinstance(value, float) or float(short) == value else repr(value)

    def value(self, text: str) -> Any:
        """Return what a text stands for; the text itself where it stands for nothing, so that the record refuses it."""
        text = text.strip()
        try:
            match self.kind:
                case "whole":
                    return int(float(text)) if float(text).is_integer() else text
                case "number":
                    return float(text.replace(",", "."))
                case "numbers":
                    return tuple(int(part) for part in text.split(",")) if text else None
                case "choice":
                    return next((choice for choice in self.choices if text in (str(choice), self.text(choice))), text)
                case _:
                    return text
        except (ValueError, OverflowError):
            return text


def fields_of(config: type[BaseModel]) -> dict[str, FormField]:
    """Return the fields of a config by name, in the record's order."""
    return {name: _field(name, info) for name, info in config.model_fields.items()}


def checked(base: Config, changes: Mapping[str, Any]) -> tuple[Config | None, dict[str, str]]:
    """Return `base` with changes, or None and what is wrong with each field.

    A rule between fields is told at the field that it names; the key is empty where it names none.
    """
    kind = type(base)
    try:
        return kind.model_validate({**base.model_dump(), **changes}), {}
    except ValidationError as error:
        fields = fields_of(kind)
        return None, dict(_faults(error, fields))


def _faults(error: ValidationError, fields: Mapping[str, FormField]) -> Iterable[tuple[str, str]]:
    for item in reversed(error.errors(include_url=False, include_context=False)):
        text = str(item["msg"]).removeprefix("Value error, ")
        if item["loc"]:
            name = str(item["loc"][0])
            yield name, fields[name].wanted if name in fields else text
            continue
        name, colon, rest = text.partition(": ")
        named = bool(colon) and name in fields
        yield (name if named else ""), _sentence(rest if named else text)


def _figure(bound: float) -> str:
    return f"{bound:,.0f}" if bound.is_integer() else f"{bound:g}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _field(name: str, info: FieldInfo) -> FormField:
    told = info.description or ""
    unit = _TAIL.search(told)
    low = next((float(str(bound.ge)) for bound in info.metadata if isinstance(bound, Ge)), None)
    high = next((float(str(bound.le)) for bound in info.metadata if isinstance(bound, Le)), None)
    kind, choices = _kind(info.annotation)
    return FormField(
        name=name,
        word=_word(name),
        kind=kind,
        unit=unit["unit"] if unit else "",
        low=low,
        high=high,
        choices=choices,
        help=_TAIL.sub("", told),
    )


def _kind(annotation: Any) -> tuple[FieldKind, tuple[Any, ...]]:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        return "numbers", ()
    kinds: dict[Any, FieldKind] = {bool: "switch", int: "whole", float: "number"}
    return kinds.get(annotation, "text"), ()


def _word(name: str) -> str:
    words = " ".join(_WORDS.get(part, part) for part in name.split("_"))
    return words[:1].upper() + words[1:]
