"""API keys: who they make of a caller, and for how long."""

import re
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from market.parties import keys, users
from market.parties.authentication import Authenticator
from market.parties.errors import EmailTaken, ScopeNotAllowed
from market.parties.remembered import SECONDS
from market.parties.rights import SCOPES
from market.parties.structs import (
    ApiKeyDraft,
    ApiKeyPage,
    IssuedApiKey,
    OrganisationKind,
    Principal,
    Scope,
    UserDraft,
    UserPage,
    UserRole,
)
from specs.kit.errors import Forbidden, Invalid, NotFound
from specs.kit.idempotency import keyed
from tests.support.market import Market


async def caller(market: Market, key: str) -> Principal:
    principal = await Authenticator(market.database).authenticate(key)
    assert principal is not None
    return principal


async def test_a_founded_organisation_has_a_key_with_every_right_of_its_kind(market: Market) -> None:
    for kind in OrganisationKind:
        firm = await market.organisation(kind.value)
        principal = await caller(market, firm.api_key)
        assert re.fullmatch(r"cap_[A-Za-z0-9_-]{43}", firm.api_key)
        assert (principal.tenant, principal.kind, principal.verified) == (firm.id, kind, True)
        assert principal.scopes == SCOPES[kind]


async def test_an_unverified_organisation_is_known_as_such(market: Market) -> None:
    firm = await market.organisation(verified=False)
    assert not (await caller(market, firm.api_key)).verified


@pytest.mark.parametrize("key", ["", "cap_", "cap_" + "x" * 43, "cap_" + "é" * 43, "bearer", "cap_" + "\0" * 43])
async def test_other_texts_are_nobody(market: Market, key: str) -> None:
    assert await Authenticator(market.database).authenticate(key) is None


async def test_no_secret_is_in_the_database(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        made = await keys.create(work, principal, ApiKeyDraft(name="k"), keyed("/v1/api-keys", "retry", b""))
    secret = msgspec.json.decode(made.body, type=IssuedApiKey).api_key
    async with market.superuser() as connection:
        tables = await connection.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        )
        for table in tables:
            dump = await connection.fetchval(f"select string_agg(t::text, ' ') from {table[0]} t") or ""
            for hidden in (firm.api_key, secret):
                assert hidden not in dump
                assert hidden.encode().hex() not in dump


async def test_a_retried_creation_gives_the_same_key(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    request = keyed("/v1/api-keys", "retry", b"{}")
    bodies = []
    for _ in range(2):
        async with market.work(firm.id) as work:
            bodies.append((await keys.create(work, principal, ApiKeyDraft(name="k"), request)).body)
    assert bodies[0] == bodies[1]
    assert (await caller(market, msgspec.json.decode(bodies[1])["api_key"])).tenant == firm.id


async def test_a_key_has_the_scopes_that_were_asked_for(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        draft = ApiKeyDraft(name="reader", scopes=(Scope.LISTINGS_READ,))
        made = msgspec.json.decode((await keys.create(work, principal, draft)).body, type=IssuedApiKey)
    reader = await caller(market, made.api_key)
    assert reader.scopes == {Scope.LISTINGS_READ}
    async with market.work(firm.id) as work:
        with pytest.raises(ScopeNotAllowed):
            await keys.create(work, reader, ApiKeyDraft(name="more", scopes=(Scope.LISTINGS_WRITE,)))
        narrow = await keys.create(work, reader, ApiKeyDraft(name="as much"))
    assert msgspec.json.decode(narrow.body)["scopes"] == ["listings:read"]


async def test_a_revoked_key_opens_nothing_after_a_few_seconds(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    seconds = [0.0]
    authenticator = Authenticator(market.database, clock=lambda: seconds[0])
    assert await authenticator.authenticate(firm.api_key) == principal
    async with market.work(firm.id) as work:
        first = await keys.revoke(work, principal.key)
    async with market.work(firm.id) as work:
        again = await keys.revoke(work, principal.key)
    assert again.body == first.body
    assert await authenticator.authenticate(firm.api_key) == principal
    seconds[0] += SECONDS
    assert await authenticator.authenticate(firm.api_key) is None


async def test_a_key_that_was_revoked_here_opens_nothing_at_once(market: Market) -> None:
    firm, other = await market.organisation(), await market.organisation()
    seconds = [0.0]
    authenticator = Authenticator(market.database, clock=lambda: seconds[0])
    principal = await authenticator.authenticate(firm.api_key)
    assert principal is not None
    authenticator.forget(principal.key)
    # the revocation is not committed yet, and must not be outlived by what is learnt now
    assert await authenticator.authenticate(firm.api_key) == principal
    async with market.work(firm.id) as work:
        await keys.revoke(work, principal.key)
    assert await authenticator.authenticate(firm.api_key) is None
    assert (await authenticator.authenticate(other.api_key)) is not None


async def test_the_last_use_is_noted(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)

    async def used() -> Any:
        async with market.work(firm.id) as work:
            return msgspec.json.decode((await keys.read(work, principal.key)).body)["last_used_at"]

    first = await used()
    assert first is not None
    await caller(market, firm.api_key)
    assert await used() == first
    async with market.superuser() as connection:
        await connection.execute("update api_key set last_used_at = now() - interval '61 seconds'")
    await caller(market, firm.api_key)
    assert await used() > first


async def test_keys_are_listed_without_their_secret(market: Market) -> None:
    firm, rival = await market.organisation(), await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        for i in range(3):
            await keys.create(work, principal, ApiKeyDraft(name=str(i)))
        first = await keys.page(work, 3)
        assert b"cap_" in first
        assert firm.api_key.encode() not in first
        assert b"digest" not in first
        page = msgspec.json.decode(first, type=ApiKeyPage)
        rest = msgspec.json.decode(await keys.page(work, 3, page.next_cursor), type=ApiKeyPage)
    assert [k.name for k in (*page.items, *rest.items)] == ["2", "1", "0", "first key"]
    async with market.work(rival.id) as work:
        for call in (keys.read(work, principal.key), keys.revoke(work, principal.key)):
            with pytest.raises(NotFound):
                await call


async def test_a_key_may_belong_to_a_person_whose_role_narrows_it(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        person = await users.create(
            work, principal, UserDraft(email="A.Viewer@example.jp", name="見る人", role=UserRole.VIEWER)
        )
        with pytest.raises(EmailTaken):
            await users.create(work, principal, UserDraft(email="a.viewer@example.jp", name="again"))
        made = await keys.create(work, principal, ApiKeyDraft(name="hers", user_id=person.id))
        with pytest.raises(Invalid) as refused:
            await keys.create(work, principal, ApiKeyDraft(name="nobody's", user_id=uuid4()))
        listed = msgspec.json.decode(await users.page(work, 10), type=UserPage)
        assert (await users.read(work, person.id)).body == person.body
    assert [f.pointer for f in refused.value.faults] == ["/user_id"]
    assert [u.email for u in listed.items] == ["a.viewer@example.jp"]
    viewer = await caller(market, msgspec.json.decode(made.body)["api_key"])
    assert (viewer.role, viewer.actor) == (UserRole.VIEWER, person.id)
    assert {s for s in viewer.scopes if s.value.endswith(":write")} == {Scope.EVALUATIONS_WRITE}
    assert Scope.MATCHES_READ in viewer.scopes


@pytest.mark.parametrize("email", ["nobody", "a@", "@b", "a@b@c", "a b@c.jp", "a\n@c.jp"])
async def test_an_address_has_a_shape(market: Market, email: str) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        with pytest.raises(Invalid):
            await users.create(work, principal, UserDraft(email=email, name="x"))


async def test_a_member_makes_keys_of_their_own_only_and_adds_nobody(market: Market) -> None:
    firm = await market.organisation()
    principal = await caller(market, firm.api_key)
    async with market.work(firm.id) as work:
        person = await users.create(work, principal, UserDraft(email="member@example.jp", name="M"))
        made = await keys.create(work, principal, ApiKeyDraft(name="theirs", user_id=person.id))
    member = await caller(market, msgspec.json.decode(made.body)["api_key"])
    async with market.work(firm.id) as work:
        with pytest.raises(Forbidden):
            await keys.create(work, member, ApiKeyDraft(name="without a role"))
        with pytest.raises(Forbidden):
            await users.create(work, member, UserDraft(email="friend@example.jp", name="F", role=UserRole.ADMIN))
        await keys.create(work, member, ApiKeyDraft(name="another of theirs", user_id=person.id))


async def test_a_known_caller_is_looked_up_once_in_a_while(market: Market) -> None:
    firm = await market.organisation()
    seconds = [0.0]
    authenticator = Authenticator(market.database, clock=lambda: seconds[0])
    first = await authenticator.authenticate(firm.api_key)
    async with market.superuser() as connection:
        await connection.execute("update organisation set verified_at = null where id = $1", firm.id)
    assert await authenticator.authenticate(firm.api_key) is first
    seconds[0] += SECONDS
    later = await authenticator.authenticate(firm.api_key)
    assert later is not None
    assert not later.verified
