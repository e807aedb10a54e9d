"""The commands. The only place, with settings.py, where all parts are put together."""

import asyncio
import json
import sys
import zoneinfo
from collections.abc import Coroutine
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.cli_help import danger_app, helplines_app, tell_figures, tell_kinds
from bot.content.checking import check as check_everything
from bot.content.checking import check_danger
from bot.content.languages import canonical, meant
from bot.content.problems import Severity, errors, in_reading_order
from bot.content.translating import update as update_translations
from bot.logs import configure
from bot.service import desk, running
from bot.service.clock import WallClock
from bot.service.start import ContentProblem
from bot.settings import Settings
from bot.storage.database import StorageProblem
from bot.storage.keys import KeyProblem, new_key_file
from bot.transport.sender import WrongToken
from bot.transport.updates import AnotherPoller, Unreached

app = typer.Typer(help="Attune stays in touch with therapy clients between sessions.", no_args_is_help=True,
                  pretty_exceptions_enable=False)  # fmt: skip
key_app = typer.Typer(help="The master key.", no_args_is_help=True)
therapist_app = typer.Typer(help="The clinic's therapists.", no_args_is_help=True)
client_app = typer.Typer(help="What a client asks for at the clinic.", no_args_is_help=True)
app.add_typer(key_app, name="key")
app.add_typer(therapist_app, name="therapist")
app.add_typer(client_app, name="client")
app.add_typer(danger_app, name="danger")
app.add_typer(helplines_app, name="helplines")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

PLAIN = (StorageProblem, KeyProblem, ContentProblem, WrongToken, AnotherPoller, running.SetupProblem)


@app.command()
def run() -> None:
    """Run the bot until it is stopped (Ctrl-C or SIGTERM)."""
    settings = _settings()
    configure(settings.log_level, settings.log_format)
    _run(
        running.run(
            settings.token,
            settings.api_url,
            settings.database_url,
            settings.key_file,
            settings.folder,
            settings.smtp_url,
            settings.smtp_from,
        )
    )


@app.command()
def check(
    folder: Annotated[Path | None, typer.Option(help="Where conversations/ and locales/ are.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
    danger: Annotated[bool, typer.Option("--danger", help="The phrases of danger alone.")] = False,
    report: Annotated[bool, typer.Option("--report", help="A line for each kind of danger, too.")] = False,
) -> None:
    """Read everything the clinic wrote and list all mistakes; exit 1 if there are any."""
    zoneinfo.reset_tzpath(to=())
    folder = folder or _settings().folder
    with err.status("Trying the phrases of danger on their sentences …"):
        if danger:
            library, (problems, figures) = None, check_danger(folder)
        else:
            library, problems, figures = check_everything(folder, WallClock().now().date())
    problems, mistakes = in_reading_order(problems), errors(problems)
    if as_json:
        typer.echo(json.dumps([asdict(problem) for problem in problems], indent=2))
        raise typer.Exit(1 if mistakes else 0)
    facts = [problem for problem in problems if problem.severity is Severity.INFO]
    for _, group in groupby((one for one in problems if one not in facts), key=lambda one: one.file):
        for problem in group:
            out.print(f"{problem.severity}: {problem}", markup=False)
        out.print()
    for fact in facts:
        out.print(f"{fact.severity}: {fact}", markup=False)
    tell_figures(figures, out)
    if report:
        tell_kinds(figures, out)
    warnings = sum(problem.severity is Severity.WARNING for problem in problems)
    if library is not None:
        sets, languages = len(library.prompt_sets), len(library.clinic.languages)
        out.print(f"Read {_counted(sets, 'prompt set')} in {_counted(languages, 'language')}.")
    found = f"{_counted(len(mistakes), 'mistake')}, {_counted(warnings, 'warning')}.".capitalize()
    out.print(found if mistakes or danger else f"{found} The bot can start.")
    raise typer.Exit(1 if mistakes else 0)


@app.command()
def translate(
    language: Annotated[str, typer.Argument(help="Its code, such as fr or pt_BR.")],
    folder: Annotated[Path | None, typer.Option(help="Where conversations/ and locales/ are.")] = None,
) -> None:
    """Write the files in which somebody translates everything into LANGUAGE, or bring them up to date."""
    if canonical(language) != language:
        _stop(ValueError(f"{language} is no language here. Write {meant(language) or 'a code such as fr'}."))
    updated, problems = update_translations(folder or _settings().folder, language)
    for problem in in_reading_order(problems):
        out.print(f"{problem.severity}: {problem}", markup=False)
    if problems:
        out.print("Nothing was written. Put this right first.")
        raise typer.Exit(1)
    if not updated:
        out.print("Everything is written in this language; there is nothing to translate.")
    for one in updated:
        waiting = f"{one.untranslated} to translate, {one.uncertain} to read again, {one.retired} set aside"
        out.print(f"{one.file}: {_counted(one.texts, 'text')}, {waiting}.", markup=False)


def _counted(count: int, thing: str) -> str:
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"


@key_app.command("new")
def key_new(file: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Make a master key, readable by you alone. Keep a copy in a safe place: without it nothing opens."""
    try:
        new_key_file(file)
    except (KeyProblem, OSError) as error:
        _stop(error)
    out.print(
        f"Wrote {file}. Keep a copy in a safe place, away from the database: without it nothing can be read."
    )
    out.print(f"Then set ATTUNE_KEY_FILE={file}")


@therapist_app.command("invite")
def therapist_invite(
    name: Annotated[str, typer.Option(help="As clients will read it, such as 'Dr. Linde'.", prompt=True)],
    language: Annotated[str, typer.Option(help="The therapist's language, such as en.")] = "",
    zone: Annotated[str, typer.Option(help="The therapist's time zone; the clinic's if left out.")] = "",
    admin: Annotated[
        bool, typer.Option("--admin", help="Gets alerts that nobody has, and sees no clients.")
    ] = False,
) -> None:
    """Print a one-time link for a therapist, and its QR code to scan."""
    settings = _settings()
    configure(settings.log_level, settings.log_format)
    link = _run(
        running.invite_therapist(
            settings.token, settings.api_url, settings.database_url, settings.key_file, settings.folder,
            name, language, zone, "admin" if admin else "therapist",
        )
    )  # fmt: skip
    out.print(f"For {name}, valid once within 24 hours:\n\n{link}\n", markup=False)
    import segno  # only invitations need it

    segno.make(link, error="l").terminal(out=sys.stdout, compact=True)


@client_app.command("export")
def client_export(
    code: Annotated[str, typer.Argument(help="The client's code, such as C001.")],
    folder: Annotated[Path, typer.Option("--out", help="The folder in which the two files are written.")],
) -> None:
    """Write all that is kept about a client as a page and as JSON. They are not encrypted."""
    settings = _settings()
    configure(settings.log_level, settings.log_format)
    files = _run(desk.export(settings.database_url, settings.key_file, settings.folder, code.upper(), folder))
    for file in files:
        out.print(f"Wrote {file}", markup=False)
    out.print("Whoever opens them can read everything: hand them over, then delete them here.")


@client_app.command("erase")
def client_erase(
    code: Annotated[str, typer.Argument(help="The client's code, such as C001.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all that is kept about a client. Nobody can bring it back."""
    settings, code = _settings(), code.upper()
    if not yes:
        typer.confirm(f"Erase all that is kept about {code}?", abort=True)
        typer.confirm("Nobody can bring it back. Erase it all the same?", abort=True)
    configure(settings.log_level, settings.log_format)
    receipt = _run(desk.forget(settings.database_url, settings.key_file, settings.folder, code))
    out.print(f"{receipt.code} is erased, since {receipt.erased_at:%Y-%m-%d %H:%M} UTC.", markup=False)
    out.print(f"Receipt: {receipt.number}", markup=False)


@app.command()
def drill() -> None:
    """Send a test alert to who is on call, as an alert goes, and say how long the last one took. The bot has
    to be running; nobody is in danger."""
    settings = _settings()
    configure(settings.log_level, settings.log_format)
    done = _run(desk.drill(settings.database_url, settings.key_file, settings.folder))
    until = "" if done.promised_by is None else f" Promised by {done.promised_by:%Y-%m-%d %H:%M} UTC."
    out.print(f"A test alert goes to {', '.join(done.called)}.{until}", markup=False)
    if done.before:
        minutes = None if done.taken is None else round(done.taken.total_seconds() / 60)
        told = "was acknowledged by nobody" if minutes is None else f"was acknowledged after {minutes} min"
        out.print(f"The drill before this one {told}.", markup=False)


@app.command()
def demo(
    headless: Annotated[bool, typer.Option(help="No page: simulated people, then a report.")] = False,
    weeks: Annotated[int, typer.Option(min=1, max=520)] = 4,
    clients: Annotated[int, typer.Option(min=1, max=2000)] = 20,
    seed: Annotated[int, typer.Option()] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    port: Annotated[int, typer.Option(help="Where the page is served.")] = 8765,
) -> None:
    """See Attune at work: phones and a clock in your browser. No token, no internet, no account."""
    folder = _settings().folder
    configure("WARNING", "console")
    if headless:
        from bot.demo.headless import play  # only the demo needs the demo

        report = _run(play.weeks(folder, weeks=weeks, clients=clients, seed=seed, progress=not as_json))
        play.tell(report, out, as_json=as_json)
        raise typer.Exit(1 if report.lost or report.twice or report.breach else 0)
    from bot.demo import show  # only the demo needs the demo

    _run(show.until_stopped(folder, port, out))


def _settings() -> Settings:
    zoneinfo.reset_tzpath(to=())  # the zones' rules that were installed with us, on every machine
    try:
        return Settings()
    except ValidationError as error:
        for one in error.errors():
            err.print(
                f"ATTUNE_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}. See .env.example.",
                markup=False,
            )
        raise typer.Exit(2) from None


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; what a person can put right is said in a sentence, without a traceback."""
    try:
        return asyncio.run(work)
    except* PLAIN as group:
        _stop(*_leaves(group))
    except* Unreached:
        _stop(StorageProblem("The Bot API server cannot be reached. Check the network and ATTUNE_API_URL."))


def _leaves(group: BaseExceptionGroup[Any]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _stop(*errors: BaseException) -> None:
    for error in errors:
        err.print(str(error), markup=False)
        if isinstance(error, ContentProblem):
            for problem in error.problems:
                err.print(f"  {problem}", markup=False)
    raise typer.Exit(1)
