"""Start Spark and end it: Java and the package are looked for first, and nothing is left running."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: Spark 4 needs Java 17 or later.
JAVA: Final = 17
#: A master whose processes are all on this machine.
_LOCAL: Final = ("local[", "local-cluster[")
#: What the answers rest on; a cluster's own settings may not change it.
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    # Else the product of two amounts loses digits behind the point to keep room before it.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
    # Tables are views of this session; none is kept.
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
#: On one machine nothing is heard from outside it.
_ALONE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}
_MACHINE: Final = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "127.0.0.1"}


def missing() -> Text | None:
    """Say what Spark needs and is not here; None if all is."""
    if find_spec("pyspark") is None:
        return Text(
            "没有安装 Spark 的软件包。请执行 scripts/spark，或安装附加组件 paizhu[spark]。",
            "The package of Spark is not installed. Run scripts/spark, or install the extra paizhu[spark].",
        )
    found = _java()
    if found is None:
        return Text(f"没有找到 Java。Spark 需要 Java {JAVA} 或更高版本。",
                    f"There is no Java. Spark needs Java {JAVA} or later.")  # fmt: skip
    if found < JAVA:
        return Text(f"Java 版本为 {found}，Spark 需要 {JAVA} 或更高版本。",
                    f"This is Java {found}; Spark needs {JAVA} or later.")  # fmt: skip
    return None


def _java() -> int | None:
    """Give the version of the Java that Spark would use."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if program is None:
        return None
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(number[1]) if number else None


@contextmanager
def session(master: str, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """Give a session on this master; at the end its processes have ended and its files are gone.

    `settings` may say how it works, never what it answers. Raise Invalid saying what is missing.
    """
    why_not = missing()
    if why_not is not None:
        raise Invalid(why_not)
    alone = master.startswith(_LOCAL) or master == "local"
    with tempfile.TemporaryDirectory(prefix="paizhu-spark-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        environment = dict(_MACHINE) if alone else {}
        if master.startswith("local-cluster["):
            environment["SPARK_HOME"] = str(_home(scratch))
        chosen = dict(settings or {}) | _SETTINGS | (_ALONE if alone else {})
        with _environment(environment), _running(master, scratch, chosen, alone=alone) as one:
            yield one


@contextmanager
def _running(
    master: str, scratch: Path, settings: dict[str, str], *, alone: bool
) -> Iterator[SparkSession]:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # Spark's reports are for its operators; what concerns the user comes as an error.
    quiet = f"-Dlog4j2.configurationFile={_quiet(scratch)}"
    settings |= {
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.driver.extraJavaOptions": f"{quiet} -Djava.io.tmpdir={scratch}",
    }
    if alone:
        settings |= {
            "spark.local.dir": str(scratch / "local"),
            "spark.executor.extraJavaOptions": quiet,
        }
    builder: Any = SparkSession.builder.appName("paizhu").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        one: SparkSession = builder.getOrCreate()
    except (PySparkException, _java_error()) as error:
        _end()
        first = str(error).strip().splitlines()[0]
        raise Invalid(Text(f"Spark 无法在“{master}”启动：{first}",
                           f"Spark could not start on “{master}”: {first}")) from None  # fmt: skip
    try:
        yield one
    finally:
        one.stop()
        _end()


def _java_error() -> type[Exception]:
    from py4j.protocol import Py4JError

    found: type[Exception] = Py4JError
    return found


def _end() -> None:
    """End the Java process too: stopping the session leaves it waiting for the next one."""
    from pyspark import SparkContext

    gateway: Any = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    process: subprocess.Popen[bytes] = gateway.proc
    if process.stdin:
        process.stdin.close()
    process.wait(60)
    SparkContext._gateway = None
    SparkContext._jvm = None


def _home(scratch: Path) -> Path:
    """Make a home of links, since the workers of a local cluster write their files into it."""
    import pyspark

    home = scratch / "home"
    home.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        if part.name in {"bin", "jars", "sbin", "python"}:
            (home / part.name).symlink_to(part)
    return home


def _quiet(scratch: Path) -> Path:
    file = scratch / "log4j2.properties"
    # Without an appender Spark takes it for no settings at all and brings its own.
    lines = ("appender.none.type = Console", "appender.none.name = none", "rootLogger.level = off",
             "rootLogger.appenderRef.none.ref = none")  # fmt: skip
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
