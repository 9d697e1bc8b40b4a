"""Settings come from the environment, and every error names its variable and never its value."""

from pathlib import Path

import pytest

from market.settings import Settings, SettingsError
from market.up.installation import Installation

GOOD = {
    "DATABASE_URL": "postgresql://capillary_app:password@db/capillary",
    "REDIS_URL": "redis://queue:6379/0",
    "CAPILLARY_SECRET": "s" * 32,
}


def test_three_variables_are_enough() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings == Settings(
        database_url=GOOD["DATABASE_URL"], redis_url=GOOD["REDIS_URL"], secret=GOOD["CAPILLARY_SECRET"]
    )
    assert (settings.host, settings.port, settings.rate_limit, settings.log_level) == ("127.0.0.1", 8000, 500, "INFO")


def test_settings_survive_the_way_to_a_child_process() -> None:
    settings = Settings.from_environment(
        GOOD
        | {
            "DATABASE_OWNER_URL": "postgresql://capillary_owner:password@db/capillary",
            "MEILISEARCH_URL": "http://search:7700",
            "MEILISEARCH_KEY": "key",
            "CAPILLARY_HOST": "::",
            "CAPILLARY_PORT": "8080",
            "CAPILLARY_RATE_LIMIT": "0",
            "CAPILLARY_LOG_LEVEL": "debug",
            "CAPILLARY_PROXIES": "10.0.0.7, 10.1.0.0/16, ::1",
            "CAPILLARY_DOCUMENTS": "/srv/documents",
            "CAPILLARY_DOCUMENT_MB": "5",
            "CAPILLARY_DOCUMENTS_MB": "500",
            "CAPILLARY_SCAN_COMMAND": "clamdscan --no-summary -",
        }
    )
    assert Settings.from_environment(settings.environment()) == settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:a@b@db:5432,standby:5433/capillary",
        "postgresql://app@[::1]:5432/capillary",
        "postgresql://app@[::1]/capillary",
        "postgresql://app:secret@/capillary?host=/run/postgres",
    ],
)
def test_every_form_of_a_database_url_is_taken(url: str) -> None:
    assert Settings.from_environment({**GOOD, "DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named(name: str, value: str | None) -> None:
    environment = {**GOOD, name: value} if value is not None else {k: v for k, v in GOOD.items() if k != name}
    with pytest.raises(SettingsError, match=f"^{name} is not set"):
        Settings.from_environment(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://app:hunter2@db/capillary"),
        ("DATABASE_URL", "hunter2"),
        ("DATABASE_OWNER_URL", "sqlite:///hunter2.db"),
        ("REDIS_URL", "http://hunter2:6379"),
        ("REDIS_URL", "redis://[hunter2"),
        ("REDIS_URL", "redis://:hunter2@queue:many"),
        ("DATABASE_URL", "postgresql://app:hunter2@db:99999/capillary"),
        ("DATABASE_URL", "postgresql://app:hunter2@db:5432,standby:x/capillary"),
        ("MEILISEARCH_URL", "ftp://hunter2"),
        ("CAPILLARY_SECRET", "hunter2"),
        ("CAPILLARY_PORT", "hunter2"),
        ("CAPILLARY_PORT", "0"),
        ("CAPILLARY_PORT", "65536"),
        ("CAPILLARY_PORT", "８０"),
        ("CAPILLARY_PORT", "-1"),
        ("CAPILLARY_RATE_LIMIT", "1e3"),
        ("CAPILLARY_DOCUMENTS", "hunter2/documents"),
        ("CAPILLARY_DOCUMENT_MB", "0"),
        ("CAPILLARY_DOCUMENTS_MB", "hunter2"),
        ("CAPILLARY_SCAN_COMMAND", "scan 'hunter2"),
        ("CAPILLARY_PROXIES", "hunter2"),
        ("CAPILLARY_PROXIES", "10.0.0.7,"),
        ("CAPILLARY_LOG_LEVEL", "hunter2"),
    ],
)
def test_an_unusable_variable_is_named_and_its_value_kept_out(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} ") as refused:
        Settings.from_environment({**GOOD, name: value})
    assert "hunter2" not in str(refused.value)
    assert refused.value.variable == name


def test_documents_are_kept_in_the_data_folder_unless_another_place_is_named(tmp_path: Path) -> None:
    servers = {name: GOOD[name] for name in ("DATABASE_URL", "REDIS_URL")}
    told = Installation(tmp_path, servers).child_environment()
    assert told["CAPILLARY_DOCUMENTS"] == str(tmp_path / "documents")
    elsewhere = Installation(tmp_path, servers | {"CAPILLARY_DOCUMENTS": "/srv/documents"}).child_environment()
    assert elsewhere["CAPILLARY_DOCUMENTS"] == "/srv/documents"
