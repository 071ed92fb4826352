"""From a desk's folder to canonical tables: desk.toml, file readers, checks, and the as-of cut."""

from reporter.desk.config import DeskConfig, SourceConfig
from reporter.desk.declaration import read_desk_config
from reporter.desk.load import load_desk
from reporter.desk.tables import Desk, SourceTable

__all__ = ["Desk", "DeskConfig", "SourceConfig", "SourceTable", "load_desk", "read_desk_config"]
