"""From a desk's folder to canonical tables: desk.toml, file readers, checks, and the as-of cut."""

from reporter.desk.config.config import DeskConfig, SourceConfig
from reporter.desk.config.declaration import read_desk_config
from reporter.desk.parsing.tables import Desk, SourceTable
from reporter.desk.tables.fingerprint import Fingerprints
from reporter.desk.tables.load import (
    Sources,
    cut_desk,
    date_post,
    end_of_day,
    find_last_day,
    last_finished_day,
    load_desk,
    read_desk,
)

__all__ = [
    "Desk",
    "DeskConfig",
    "Fingerprints",
    "SourceConfig",
    "SourceTable",
    "Sources",
    "cut_desk",
    "date_post",
    "end_of_day",
    "find_last_day",
    "last_finished_day",
    "load_desk",
    "read_desk",
    "read_desk_config",
]
