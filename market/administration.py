"""`capillary admin` and `capillary audit`: what only the operator of an installation does."""

import os
from typing import Annotated
from uuid import UUID

import typer

from market.commands.options import HERE, Data

admin = typer.Typer(no_args_is_help=True, help="What only the operator of an installation may do.")
audit = typer.Typer(no_args_is_help=True, help="The audit chains: prove them, and erase what must not be kept.")

Chain = Annotated[UUID, typer.Option(metavar="ID", help="What the chain is about: the id of a deal or a tender.")]


@admin.command("create-organisation")
def create_organisation(
    kind: Annotated[str, typer.Option(help="manufacturer, recycler, processor, laboratory or coordinator.")],
    name: Annotated[str, typer.Option(help="As the register has it.")],
    prefecture: Annotated[str | None, typer.Option(metavar="JP-NN", help="Where it sits, as JP-13.")] = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="Leave the check to a coordinator.")] = False,
    data: Data = HERE,
) -> None:
    """Make an organisation with one full-rights key; prints JSON with `id` and `api_key`."""
    from market.up.operator import create

    create(data, os.environ, kind=kind, name=name, prefecture=prefecture, verified=not unverified)


@admin.command()
def invite(
    organisation: Annotated[UUID, typer.Option(metavar="ID", help="For whom the person will act.")],
    email: Annotated[str, typer.Option(help="By which the person signs in.")],
    name: Annotated[str, typer.Option(help="As colleagues know the person.")],
    role: Annotated[str, typer.Option(metavar="admin|member|viewer", help="What the person may do there.")] = "admin",
    data: Data = HERE,
) -> None:
    """Add a person to an organisation; prints JSON with the `path` of a one-time link, good for seven days."""
    from market.up.people import invite as invite_person

    invite_person(data, os.environ, organisation, email=email, name=name, role=role)


@admin.command("sign-in-link")
def sign_in_link(
    email: Annotated[str, typer.Option(help="Whose link it is.")],
    organisation: Annotated[UUID | None, typer.Option(metavar="ID", help="Needed before the first sign-in.")] = None,
    *,
    forget_password: Annotated[bool, typer.Option("--forget-password", help="They choose another inside.")] = False,
    forget_second_factor: Annotated[
        bool, typer.Option("--forget-second-factor", help="The telephone and the recovery codes are lost.")
    ] = False,
    data: Data = HERE,
) -> None:
    """Let a known person in; prints JSON with the `path` of a one-time link, good for fifteen minutes."""
    from market.people.founding import Forget
    from market.up.people import let_in

    forget = Forget(password=forget_password, second_factor=forget_second_factor)
    let_in(data, os.environ, email, organisation, forget)


@audit.command()
def verify(
    chain: Annotated[UUID | None, typer.Option(metavar="ID", help="Only the chain about this id.")] = None,
    heads: Annotated[
        bool, typer.Option("--heads", help="Print the last digest of each chain, to be kept elsewhere.")
    ] = False,
    data: Data = HERE,
) -> None:
    """Recompute every digest and link; prints JSON with the first broken row, exit status 1 where there is one."""
    from market.up.auditing import verify_chains

    if not verify_chains(data, os.environ, chain, heads=heads):
        raise typer.Exit(1)


@audit.command()
def erase(
    chain: Chain,
    seq: Annotated[int, typer.Option(min=1, help="The number of the event in its chain.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept in the chain for good.")],
    data: Data = HERE,
) -> None:
    """Erase what an event says, not that it happened: its digest stays, and one more event tells of the erasure."""
    from market.up.auditing import erase_payload

    erase_payload(data, os.environ, chain, seq, reason)
