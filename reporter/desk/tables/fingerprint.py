"""The rows known at an instant as one SHA-256 text; many instants cost little more than one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from reporter.desk.parsing.tables import SourceTable
from reporter.desk.tables.load import Sources

_PLACE = ["file", "line"]


@dataclass(frozen=True, slots=True)
class _RowHashes:
    """A source's rows in order of the time they were known at.

    Attributes:
        known: when each row was known, ascending.
        sums: sum of the rows' hashes up to each row, modulo 2**64; a sum, so that the order of rows in a file is no
            matter.
    """

    known: npt.NDArray[np.int64]
    sums: npt.NDArray[np.uint64]

    def at(self, instant: int) -> str:
        count = int(np.searchsorted(self.known, instant, side="right"))
        return f"{count}:{int(self.sums[count - 1]) if count else 0:016x}"


class Fingerprints:
    """The fingerprints of a desk's rows."""

    def __init__(self, sources: Sources) -> None:
        """Hash every row once."""
        self._notices = sources.notices
        self._prints = {
            f"{name}/{table.source.id}": _hash_rows(table) for name, held in sources.tables.items() for table in held
        }

    def at(self, instant: int) -> str:
        """SHA-256 of all rows known at an instant, seconds since 1970 UTC, and of what the readers noticed."""
        told = [f"{name} {prints.at(instant)}" for name, prints in self._prints.items()]
        return hashlib.sha256("\n".join([*told, *map(str, self._notices)]).encode()).hexdigest()


def _hash_rows(table: SourceTable) -> _RowHashes:
    frame = table.frame.drop(columns=_PLACE, errors="ignore")
    order = np.argsort(frame["known"].to_numpy(), kind="stable")
    hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()[order]
    return _RowHashes(frame["known"].to_numpy()[order], np.cumsum(hashes, dtype=np.uint64))
