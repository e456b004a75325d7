"""The business store as Spark sees it: the same Parquet files, the same rows as they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from paizhu.analysis import store
from paizhu.analysis.models import Load, Source
from paizhu.analysis.spark.dialect import translated
from paizhu.analysis.tables import STORED_AS, Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: What every stored row has beside the declared columns.
_BESIDE = store.PROVENANCE | {"_load": "BIGINT", "_body": "BIGINT"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer, as a cursor gives them."""

    description: list[tuple[str]]
    rows: list[tuple[Any, ...]]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.rows[0] if self.rows else None


class SparkRows:
    """A connection over Spark: it takes a query as DuckDB does, and answers the same."""

    def __init__(self, session: SparkSession) -> None:
        #: A session of its own: the views of one body are never those of another.
        self.session = session.newSession()
        self._schema: dict[str, dict[str, str]] = {}
        #: table: load: file
        self._files: dict[str, dict[int, Path]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        for name in self._schema:
            self.session.catalog.dropTempView(name)

    def show(self, name: str, frame: DataFrame, columns: Mapping[str, str]) -> None:
        """Show rows under a name, with the types they have in DuckDB."""
        frame.createOrReplaceTempView(name)
        self._schema[name] = dict(columns)

    def execute(self, sql: str, values: Mapping[str, object] | None = None) -> Answer:
        """Run a query written in DuckDB's dialect."""
        from pyspark.errors import PySparkException

        given: Any = dict(values) if values else None
        try:
            frame = self.session.sql(translated(sql, self._schema), args=given)
            rows = [tuple(row) for row in frame.collect()]
        except PySparkException as error:
            first = str(error).strip().splitlines()[0]
            raise Invalid(Text(f"Spark 未能完成查询：{first}",
                               f"Spark could not answer: {first}")) from error  # fmt: skip
        return Answer([(name,) for name in frame.columns], rows)

    def rows_of(self, table: Table, load: int, rows: Sequence[int]) -> list[dict[str, object]]:
        """Give what is kept of these rows of a load: their number and the digest of what each says."""
        from pyspark.sql import functions

        file = self._files.get(table.table, {}).get(load)
        if file is None:
            return []
        frame = self.session.read.parquet(str(file)).select("_row", "_line")
        found = frame.where(functions.col("_row").isin(list(rows))).collect()
        return [{"_load": load, "_row": row["_row"], "_line": row["_line"],
                 "row_id": f"{load}:{row['_row']}"} for row in found]  # fmt: skip

    def show_table(self, table: Table, loads: Sequence[Load]) -> None:
        """Show the rows of a table as they stand now."""
        stored = {name: STORED_AS[column.type] for name, column in table.columns.items()} | _BESIDE
        files = {load.pk: store.folder() / load.stored_as for load in loads}
        self._files[table.table] = files
        every = None
        for load in loads:
            part = self._part(load, files[load.pk], stored)
            every = part if every is None else every.unionByName(part)
        if every is None:
            columns = ", ".join(
                f"CAST(NULL AS {_spark(kind)}) AS `{n}`" for n, kind in stored.items()
            )
            every = self.session.sql(f"SELECT {columns} WHERE false")
        self.show(f"_every_{table.table}", every, stored)
        for view, sql in store.standing(table, loads).items():
            frame = self.session.sql(translated(sql, self._schema))
            self.show(view, frame, {name: stored.get(name, "VARCHAR") for name in frame.columns})

    def _part(self, load: Load, file: Path, stored: Mapping[str, str]) -> DataFrame:
        from pyspark.sql import functions

        given = {"_load": load.pk, "_body": load.source.body_id}
        frame = self.session.read.parquet(str(file))
        there = set(frame.columns)
        # A file of before a column was declared has nothing to say in it.
        return frame.select(*(
            (functions.col(name) if name in there else functions.lit(given.get(name)))
            .cast(_spark(kind)).alias(name) for name, kind in stored.items()))  # fmt: skip


class SparkStore:
    """The store on a cluster; it is asked as the store on this machine is."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def connect(self, sources: Iterable[Source], *, tables: Iterable[Table], on: date) -> SparkRows:
        """Open the rows of these sources, as far as they are approved and not expired on `on`."""
        loads = store.loads_of(sources, on)
        store.check_present(loads)
        connection = SparkRows(self._session)
        for table in tables:
            connection.show_table(table, [one for one in loads if one.source.table == table.table])
        return connection

    def rows_at(
        self, connection: SparkRows, table: Table, row_ids: Sequence[str]
    ) -> list[dict[str, object]]:
        """Give the place and digest of the named rows; each load is asked once."""
        wanted: dict[int, list[int]] = {}
        for row_id in row_ids:
            load, _, row = row_id.partition(":")
            wanted.setdefault(int(load), []).append(int(row))
        return [
            one for load, rows in wanted.items() for one in connection.rows_of(table, load, rows)
        ]


def _spark(kind: str) -> str:
    return "STRING" if kind == "VARCHAR" else kind
