"""Who may come to the desk, from the terminal: accounts, links, and the keys of programs."""

from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.application import Application, Format
from monitor.cli.listing import print_rows
from monitor.cli.listings import As
from monitor.clock import now
from monitor.review.links import LASTS, invite, offer_reset
from monitor.review.passwords import HINT, digest_of, new_key
from notices.account import ANALYST, INVITATION, READER, RESET, ROLES, TERMINAL, Account, AccountError, ApiKey
from notices.dates import SHANGHAI
from storage import Unit

staff = typer.Typer(no_args_is_help=True, help="The desk's accounts.")
programs = typer.Typer(no_args_is_help=True, help="The keys with which programs ask the desk.")

Name = Annotated[str, typer.Argument(help="The account's name.")]
Role = Annotated[str, typer.Option(help=", ".join(ROLES))]


def add_to(app: typer.Typer) -> None:
    app.add_typer(staff, name="accounts")
    app.add_typer(programs, name="keys")


@staff.command("list")
def list_accounts(context: typer.Context, form: As = Format.table) -> None:
    """List the accounts."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [_account_row(each) for each in unit.accounts.all()]
    print_rows(rows, form, ("name", "role", "state", "last_login", "made"))


@staff.command("invite")
def invite_somebody(
    context: typer.Context,
    role: Role = ANALYST,
    name: Annotated[str, typer.Option(help="Without it, they choose their name.")] = "",
) -> None:
    """Print a link with which somebody makes an account, once and within a week."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        path = invite(unit, name, role, TERMINAL, now())
    _say_link(app, path, INVITATION)


@staff.command("reset-link")
def reset_link(context: typer.Context, name: Name) -> None:
    """Print a link with which somebody sets a new password, once and within a day."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        path = offer_reset(unit, _named(unit, name), TERMINAL, now())
    _say_link(app, path, RESET)


@staff.command("role")
def set_role(context: typer.Context, name: Name, role: Annotated[str, typer.Argument(help=", ".join(ROLES))]) -> None:
    """Give an account another role; it counts from the next request on."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        unit.accounts.set_role(_named(unit, name).id, role, TERMINAL, now())
    typer.echo(f"{name}: {role}")


@staff.command("disable")
def disable(context: typer.Context, name: Name) -> None:
    """Let nobody in with an account any more, and end its sessions."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        unit.accounts.disable(_named(unit, name).id, TERMINAL, now())
    typer.echo(f"{name}: disabled")


@staff.command("enable")
def enable(context: typer.Context, name: Name) -> None:
    """Let somebody in again."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        unit.accounts.enable(_named(unit, name).id, TERMINAL, now())
    typer.echo(f"{name}: in use")


@programs.command("list")
def list_keys(context: typer.Context, form: As = Format.table) -> None:
    """List the keys that were made, the newest first."""
    app: Application = context.obj
    with app.store() as store, store.read() as unit:
        rows = [_key_row(each) for each in unit.keys.all()]
    print_rows(rows, form, ("id", "name", "role", "begins", "state", "last_used", "by"))


@programs.command("make")
def make_key(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    role: Role = READER,
) -> None:
    """Print a new key; it is shown only this once."""
    app: Application = context.obj
    secret = new_key()
    with app.store() as store, store.begin() as unit:
        unit.keys.add(digest_of(secret), secret[:HINT], name, role, TERMINAL, now())
    typer.echo(secret)


@programs.command("revoke")
def revoke_key(context: typer.Context, key: Annotated[int, typer.Argument(help="The key's id.")]) -> None:
    """End a key at once."""
    app: Application = context.obj
    with app.store() as store, store.begin() as unit:
        if not unit.keys.revoke(key, TERMINAL, now()):
            raise AccountError("no_key", f"no key in use has the id {key}: list them with `tenderwatch keys list`")
    typer.echo(f"key {key}: revoked")


def _named(unit: Unit, name: str) -> Account:
    found = unit.accounts.named(name)
    if found is None:
        raise AccountError("no_account", f"no account is named {name!r}: list them with `tenderwatch accounts list`")
    return found


def _say_link(app: Application, path: str, kind: str) -> None:
    typer.echo(f"{app.settings.desk.url}{path}")
    until = (now() + LASTS[kind]).astimezone(SHANGHAI)
    app.errors.print(f"It works once, until {until:%Y-%m-%d %H:%M} Beijing time, and is shown only now.", markup=False)


def _account_row(of: Account) -> dict[str, object]:
    return {
        "name": of.name,
        "role": of.role,
        "state": "disabled" if of.disabled_at else "in use",
        "last_login": _moment(of.last_login_at),
        "made": _moment(of.made_at),
    }


def _key_row(of: ApiKey) -> dict[str, object]:
    return {
        "id": of.id,
        "name": of.name,
        "role": of.role,
        "begins": of.hint,
        "state": "revoked" if of.revoked_at else "in use",
        "last_used": _moment(of.last_used_at),
        "made": _moment(of.made_at),
        "by": of.by,
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
