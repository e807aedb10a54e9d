"""The commands around help: phrases of danger tried on one's own sentences, and leads to helplines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.content import leads
from bot.content.checking import read_lists
from bot.content.danger_trial import Figures
from bot.content.languages import english_name
from bot.content.problems import errors
from bot.core.danger import Category, screen
from bot.settings import Settings

danger_app = typer.Typer(help="Phrases that may speak of danger.", no_args_is_help=True)
helplines_app = typer.Typer(help="Numbers to call, by country.", no_args_is_help=True)

err = Console(stderr=True, highlight=False, soft_wrap=True)


@danger_app.callback()
def _danger() -> None:
    """Phrases that may speak of danger."""


@danger_app.command("screen")
def danger_screen(
    file: Annotated[
        typer.FileText, typer.Argument(help="A sentence a line, or JSON lines with “text”; - reads on.")
    ],
    folder: Annotated[Path | None, typer.Option(help="Where conversations/ and locales/ are.")] = None,
) -> None:
    """Look at each sentence as the bot would, and print one JSON line for it: text, categories, patterns.

    A sentence in which nothing is found is not thereby harmless.
    """
    lists, problems = read_lists(folder or Settings().folder)
    for problem in errors(problems):
        err.print(f"{problem.severity}: {problem}", markup=False)
    if errors(problems):
        raise typer.Exit(1)
    listed = [one.listed for one in lists]
    for number, text in _sentences(file):
        if text is None:
            err.print(f"Line {number}: this is no JSON object with “text”. Write one, or the plain sentence.")
            raise typer.Exit(1)
        found = screen(listed, text)
        categories = list(dict.fromkeys(str(match.category) for match in found))
        told = {"text": text, "categories": categories, "patterns": [match.pattern for match in found]}
        typer.echo(json.dumps(told, ensure_ascii=False))


def _sentences(file: typer.FileText) -> Iterator[tuple[int, str | None]]:
    """Each line's number and text; None for a line that begins like JSON and is none."""
    for number, line in enumerate(file, 1):
        text: str | None = line.strip().removeprefix("\ufeff")
        if text and text.startswith("{"):
            try:
                found = json.loads(text)
            except ValueError:
                found = {}
            text = found.get("text") if isinstance(found.get("text"), str) else None
        if text != "":
            yield number, text


@helplines_app.callback()
def _helplines() -> None:
    """Numbers to call, by country."""


@helplines_app.command("suggest")
def helplines_suggest(
    country: Annotated[str, typer.Option(help="Its two letters, such as AT.")],
) -> None:
    """Print leads for conversations/helplines.toml, with where each is from. Call them before you confirm
    them: clients see only what you have confirmed."""
    code = country.strip().upper()
    if code not in leads.countries():
        named = next((one for one, name in leads.countries().items() if name.upper() == code), "")
        cure = f"Write {named}." if named else "Write its two letters, such as AT."
        err.print(f"There are no leads for {country}. {cure}", markup=False)
        raise typer.Exit(1)
    typer.echo(leads.block(code), nl=False)


def tell_figures(figures: list[Figures], out: Console) -> None:
    """How each list did on the sentences that stand in it."""
    if not figures:
        return
    table = Table(title="Phrases of danger, tried on their own sentences", title_justify="left")
    for name in ("language", "found", "found when typed badly", "ordinary sentences", "false alarms"):
        table.add_column(name, justify="left" if name == "language" else "right")
    for one in figures:
        badly = one.matched_badly_typed + len(one.missed_badly_typed)
        table.add_row(
            english_name(one.language),
            f"{one.matched} of {one.matched + one.missed}",
            f"{one.matched_badly_typed} of {badly}",
            str(one.harmless),
            str(len(one.false_alarms)),
        )
    out.print(table)


def tell_kinds(figures: list[Figures], out: Console) -> None:
    """For each language and kind of danger: patterns, and how many of their sentences are found."""
    table = Table(title="Patterns, and sentences found, by kind of danger", title_justify="left")
    table.add_column("language")
    for kind in Category:
        table.add_column(kind.replace("_", " "), justify="right")
    for one in figures:
        told = (f"{kind.patterns}: {kind.matched} of {kind.sentences}" for kind in one.kinds.values())
        table.add_row(english_name(one.language), *told)
    out.print(table)
