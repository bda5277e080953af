"""A million rows out: how long an export takes and how much memory, now and as of the moment before a change.

python tests/benchmarks/export_memory.py [ROWS] [DATABASE]
"""

import multiprocessing
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

MEASURED = """
import resource, sys, time
from pathlib import Path
sys.argv = ["relaywatch", *sys.argv[1:]]
from collectors.cli import main
began = time.perf_counter()
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{' '.join(sys.argv[2:5])}: {time.perf_counter() - began:.1f} s, peak {peak} MB", file=sys.stderr)
"""


def fill(path: Path, rows: int) -> None:
    """Copies of a few settled observations, straight into the tables: an intake of a million takes an hour."""
    from data.store.database import open_database
    from tests.data.readings import NOON, burst, taken

    with open_database(path) as db:
        taken(db, burst(40, 5))
        names = [row["name"] for row in db.rows("pragma table_info(observations)")]
        own = [name for name in names if name not in {"observation_id", "fingerprint", "observed_at"}]
        known = db.value("select count(*) from observations")
        with db.writing() as connection:
            connection.execute(
                f"insert into observations (fingerprint, observed_at, {', '.join(own)})"
                f" select randomblob(16), o.observed_at + n.value, {', '.join('o.' + name for name in own)}"
                f" from observations o, (with recursive n(value) as (select 1 union all select value + 1 from n"
                f" where value < {rows // known}) select value from n) n"
            )
            connection.execute(
                "insert into observation_words select o.observation_id, w.subject, w.sender_name, w.text"
                f" from observations o join observation_words w on w.observation_id = 1 + o.observation_id % {known}"
                f" where o.observation_id > {known}"
            )
            connection.execute("update submissions set stored = (select count(*) from observations)")
        print(f"{db.value('select count(*) from observations'):,} observations, {NOON + timedelta(0):%Y}")


def measure(path: Path, *arguments: str) -> None:
    command = [sys.executable, "-c", MEASURED, "export", *arguments, "--db", str(path), "-o", "/dev/null"]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("export-memory.db")
    if not path.exists():
        # In a process of its own: a child begins with the peak of the one that starts it.
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(path, rows))
        filling.start()
        filling.join()
    for form in ("csv", "json"):
        measure(path, "observations", "--format", form)
    time.sleep(1)
    change = "update observations set score = score + 1 where observation_id % 100 = 0"
    subprocess.run(["sqlite3", str(path), change], check=True)
    measure(path, "observations", "--as-of", "X-0001")
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
