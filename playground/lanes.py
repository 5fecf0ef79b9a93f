"""A lane: one strategy with its options and models, under a name. And lanes in words, as the command line takes them.

``NAME`` of a scorer, or ``STRATEGY key=value ...`` with shell quoting; a stage inside one is a name or
``(STRATEGY ...)``, several stages stand between commas::

    embedding
    listwise model=openai:gpt-6-luna domain=legal window=all prompt=@listwise.txt
    cascade first=embedding then=(listwise model=openai:gpt-6-luna) keep=10
    fusion lanes=bm25,embedding,(pointwise model=local)
"""

from __future__ import annotations

import dataclasses
import re
import shlex
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from playground import catalog
from playground.domains import domains
from playground.errors import InputError
from playground.strategies import Strategy, strategies
from playground.strategies.base import options
from playground.types import Domain, ModelRef

# Words for "no value": the strategy then decides, or takes everything.
_EMPTY = ("", "none", "all", "auto", "default")
_DEEPEST = 20
SEVERAL = tuple[Strategy, ...]
"""The type of an option that holds strategies."""
_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One column of a comparison."""

    name: str
    strategy: Strategy

    @property
    def models(self) -> str:
        """The models, as a card shows them."""
        return self.link.join(str(ref) for ref in self.strategy.models())

    @property
    def link(self) -> str:
        """What stands between its models: they work side by side, or one after another."""
        return " + " if SEVERAL in _hints(type(self.strategy)).values() else " → "

    @property
    def words(self) -> str:
        """The lane as the command line would take it; parsing this gives the lane back."""
        text = in_words(self.strategy)
        return text if self.name == default_name(self.strategy) else f"{text} name={shlex.quote(self.name)}"


def lane(strategy: Strategy, name: str = "") -> Lane:
    """A lane under its name, or under the one that says best what it is."""
    return Lane(name=name or default_name(strategy), strategy=strategy)


def default_name(strategy: Strategy) -> str:
    """The scorer's name, or the strategy's with its model; a cascade or fusion is named by its stages."""
    if strategy.name == "score":
        return str(strategy.models()[0])
    stages = [getattr(strategy, field) for field in stage_fields(type(strategy))]
    if stages:
        several = [each if isinstance(each, tuple) else (each,) for each in stages]
        return f"{strategy.name} {' → '.join(' + '.join(map(default_name, each)) for each in several)}"
    return f"{strategy.name} {' '.join(str(ref) for ref in strategy.models())}".strip()


def parse(words: str, *, model: ModelRef | None = None, files: bool = False) -> Lane:
    """A lane from its words. ``model`` is for strategies that need one and name none. ``files`` allows
    ``prompt=@FILE``: not on a page, which would show its visitors the server's files.

    Raises:
        InputError: with the part that is wrong and what would be right.
    """
    text = words.strip()
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1].strip()
    head, *rest = _split(text) or [""]
    given = _pairs(rest, words)
    name = _unquoted(given.pop("name", ""))
    return lane(build(head, given, model=model, files=files), name)


def build(kind: str, given: Mapping[str, Any], *, model: ModelRef | None = None, files: bool = False) -> Strategy:
    """A strategy from its name and options; text is converted, typed values are taken as they are.

    Raises:
        InputError: an unknown strategy or option, a value of the wrong type or out of range.
    """
    known = strategies()
    if kind in catalog.PROVIDERS or ":" in kind:
        ref = ModelRef.parse(kind)
        row = catalog.provider(ref)
        if "model" in given and str(given["model"]) != kind:
            raise InputError(f"{kind} is a model itself and takes no other.", hint="Name a strategy that asks one.")
        if row.kind == "chat":
            raise InputError(
                f"{kind!r} is a chat model, not a strategy.",
                hint=f'Give it a strategy, for example "pointwise model={ref}".',
            )
        kind, given = "score", {**given, "model": ref}
    if kind not in known:
        names = [*catalog.scorers(), *known]
        close = get_close_matches(kind, names, n=1)
        raise InputError(
            f"There is no strategy {kind!r}.",
            hint=f"Did you mean {close[0]}?" if close else f"Choose one of: {', '.join(names)}.",
        )
    cls = known[kind]
    hints, about = _hints(cls), options(cls)
    values: dict[str, Any] = {}
    if isinstance(given.get("model"), str):
        given = {**given, "model": _as_model(_unquoted(given["model"]))}
    default = given.get("model", model)
    for key, value in given.items():
        if key == "model" and "model" not in hints and stage_fields(cls):
            continue  # the default of its stages
        if key not in hints:
            raise InputError(f"{kind} has no option {key!r}.", hint=f"Its options: {', '.join(hints)}.")
        choices = about[key].choices if key in about else ()
        if hints[key] == SEVERAL and isinstance(value, list | tuple):
            value = tuple(
                parse(each, model=default, files=files).strategy if isinstance(each, str) else each for each in value
            )
        values[key] = _converted(key, value, hints[key], default, choices, files) if isinstance(value, str) else value
    if "model" in hints and "model" not in values:
        if model is None:
            examples = "model=embedding or model=bm25" if kind == "score" else "model=openai:gpt-6-luna or model=local"
            raise InputError(f"{kind} needs a model.", hint=f"Add model=PROVIDER:NAME, for example {examples}.")
        values["model"] = model
    if "model" in values and values["model"].provider in catalog.PROVIDERS:
        row = catalog.provider(values["model"])
        if (row.kind == "scores") != (kind == "score"):
            wanted = "a scoring model" if kind == "score" else "a chat model"
            raise InputError(
                f"{kind} needs {wanted}; {values['model']} is none.", hint="Choose another model, or another strategy."
            )
    missing = [
        field.name
        for field in dataclasses.fields(cls)
        if field.name not in values and field.default is dataclasses.MISSING
    ]
    if missing:
        raise InputError(
            f"{kind} needs {' and '.join(missing)}.",
            hint=f"Add {missing[0]}=..., see `python -m playground strategies`.",
        )
    made: Strategy = cls(**values)
    return made


def in_words(strategy: Strategy) -> str:
    """A strategy's words: only what differs from its defaults."""
    ref = str(strategy.models()[0])
    # A scorer is its own name, unless that needs quoting.
    short = strategy.name == "score" and shlex.quote(ref) == ref
    parts = [ref if short else strategy.name]
    for field in dataclasses.fields(strategy):  # type: ignore[arg-type]
        value = getattr(strategy, field.name)
        if value != field.default and not (short and field.name == "model"):
            parts.append(f"{field.name}={_word(value)}")
    return " ".join(parts)


def _word(value: object) -> str:
    if isinstance(value, Strategy):
        inner = in_words(value)
        return f"({inner})" if " " in inner or "," in inner else inner
    if isinstance(value, tuple):
        return ",".join(map(_word, value))
    if isinstance(value, Domain):
        return shlex.quote(value.name)
    if value is None:
        return "all"
    return str(value).lower() if isinstance(value, bool) else shlex.quote(str(value))


def stage_fields(cls: type[Any]) -> list[str]:
    """The options that are strategies themselves, or several."""
    return [name for name, hint in _hints(cls).items() if hint in (Strategy, SEVERAL)]


def _hints(cls: type[Any]) -> dict[str, Any]:
    """Option types by name, in order; None-able ones by their other type."""
    found = typing.get_type_hints(cls)
    return {field.name: found[field.name] for field in dataclasses.fields(cls)}


def _kinds(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _as_model(text: str) -> ModelRef:
    ref = ModelRef.parse(text)
    catalog.provider(ref)
    return ref


def _converted(key: str, text: str, hint: Any, model: ModelRef | None, choices: tuple[str, ...], files: bool) -> Any:
    kinds = _kinds(hint)
    if Strategy in kinds:
        return parse(text, model=model, files=files).strategy
    if SEVERAL in kinds:
        return tuple(parse(part, model=model, files=files).strategy for part in _split(text, commas=True))
    text = _unquoted(text)
    if key == "prompt" and text.startswith("@"):
        return _prompt_file(text[1:], files)
    if text in choices:  # effort=none is a choice, not an empty value
        return text
    if types.NoneType in kinds and text.lower() in _EMPTY:
        return None
    if ModelRef in kinds:
        return _as_model(text)
    if Domain in kinds:
        known = domains()
        if text not in known:
            raise InputError(f"There is no domain {text!r}.", hint=f"Known: {', '.join(known)}.")
        return known[text]
    if bool in kinds:
        if text.lower() in _YES + _NO:
            return text.lower() in _YES
        raise InputError(f"{key}={text} is neither yes nor no.", hint=f"Write {key}=true or {key}=false.")
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(text)
            except ValueError:
                raise InputError(
                    f"{key}={text} is no {'whole ' if kind is int else ''}number.", hint=f"Write for example {key}=10."
                ) from None
    return text


def _prompt_file(name: str, allowed: bool) -> str:
    if not allowed:
        raise InputError("A prompt is read from a file on the command line and in Python only.", hint="Paste its text.")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The prompt file {name} can't be read.", hint="Check its path; it must be UTF-8.") from None


def _split(text: str, *, commas: bool = False) -> list[str]:
    """Words at the outermost level, or what stands between commas: quotes and parentheses keep theirs together.

    Raises:
        InputError: a quote or parenthesis that is never closed or never opened, or stages nested beyond reason.
    """
    words, word, depth, quote = [], "", 0, ""
    for char, depth, quote in _marked(text):
        if depth < 0:
            raise InputError(
                f"A parenthesis is closed that was never opened in: {text}", hint="Remove it, or quote the value."
            )
        if depth > _DEEPEST:
            raise InputError(f"Stages are nested more than {_DEEPEST} deep.", hint="Write fewer stages inside stages.")
        if (char == "," if commas else char.isspace()) and not quote and depth == 0:
            words += [word] if word else []
            word = ""
        else:
            word += char
    if quote or depth:
        raise InputError(
            f"A {'quote' if quote else 'parenthesis'} is not closed in: {text}", hint="Close it, or quote the value."
        )
    return words + ([word] if word else [])


def _closes_at_end(text: str) -> bool:
    """Whether the parenthesis that opens the text is closed by its last character."""
    return next((at for at, (_, depth, _) in enumerate(_marked(text)) if depth == 0), None) == len(text) - 1


def _marked(text: str) -> Iterator[tuple[str, int, str]]:
    """Each character with the parentheses and the quote open behind it. Parentheses between quotes don't count."""
    depth, quote = 0, ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        else:
            depth += (char == "(") - (char == ")")
        yield char, depth, quote


def _pairs(words: list[str], whole: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not re.fullmatch(r"\w+", key):
            raise InputError(f"{word!r} is no option in: {whole}", hint="Options are written key=value.")
        if key in found:
            raise InputError(f"{key} is given twice in: {whole}", hint="Keep one of them.")
        found[key] = value
    return found


def _unquoted(text: str) -> str:
    try:
        return " ".join(shlex.split(text)) if text[:1] in "\"'" else text
    except ValueError:
        return text
