"""Every setting, from the environment or a file named .env. `.env.example` explains each."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """``ATTUNE_…`` in the environment. Nothing here has a secret for a default."""

    model_config = SettingsConfigDict(
        env_prefix="ATTUNE_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    token: SecretStr | None = Field(None, description="The bot's token, as @BotFather gave it.")
    api_url: str = Field(
        "https://api.telegram.org", description="The Bot API server; yours, if you host one yourself."
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///attune-data/attune.db",
        description="Where everything is kept: SQLite, encrypted, or postgresql+asyncpg://…",
    )
    key_file: Path | None = Field(
        None, description="The master key, made by `attune key new FILE`. Keep it away from the database."
    )
    folder: Path = Field(Path(), description="The clinic's folder: where conversations/ and locales/ are.")
    smtp_url: SecretStr | None = Field(
        None,
        description="Your mail server, for alerts by e-mail: smtp://USER:PASSWORD@HOST:587, or smtps://…:465.",
    )
    smtp_from: str = Field("", description="The address that these e-mails come from.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    log_format: Literal["console", "json"] = Field(
        "console", description="console for people, json for machines."
    )
