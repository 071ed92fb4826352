"""From a desk's folder to canonical tables: desk.toml, file readers, checks, and the as-of cut."""

from reporter.desk.config import DeskConfig, SourceConfig
from reporter.desk.declaration import read_desk_config
from reporter.desk.fingerprint import Fingerprints
from reporter.desk.load import Sources, cut_desk, end_of_day, find_last_day, last_finished_day, load_desk, read_desk
from reporter.desk.tables import Desk, SourceTable

__all__ = [
    "Desk",
    "DeskConfig",
    "Fingerprints",
    "SourceConfig",
    "SourceTable",
    "Sources",
    "cut_desk",
    "end_of_day",
    "find_last_day",
    "last_finished_day",
    "load_desk",
    "read_desk",
    "read_desk_config",
]
