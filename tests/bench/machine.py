"""On what it is measured: numbers of another machine say little, ratios more."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil


def described() -> str:
    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    load = os.getloadavg()[0]
    return (
        f"{psutil.cpu_count()} cores, {name}, {psutil.virtual_memory().total / 1e9:.0f} GB;"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()};"
        f" python-telegram-bot {version('python-telegram-bot')}, SQLAlchemy {version('sqlalchemy')}."
        f" Other programs: load {load:.1f} at the beginning."
    )


def _lines(file: str) -> list[str]:
    return Path(file).read_text("utf-8").splitlines() if Path(file).exists() else []
