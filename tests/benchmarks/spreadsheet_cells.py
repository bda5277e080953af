"""Hostile cells through LibreOffice: how many of an export's cells it takes for a formula, and of the same raw.

python tests/benchmarks/spreadsheet_cells.py        (needs soffice: apt-get install libreoffice-calc)
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

CELLS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "\u00a0=1+1", "\u200b=1+1",
    "\ufeff=1+1", "\uff1d1+1", "\uff0b1+1", "\uff20A1", "\u22121+1", '=HYPERLINK("http://evil.example";"x")',
    "=cmd|' /C calc'!A0", '"=1+1"', 'a,"b"\r\n=1+1', "x\u2028=1+1", "1e5", "0012", "2026-01-01", ";=1+1", "|=1+1",
)  # fmt: skip


def written(folder: Path) -> list[Path]:
    from data.export.sharing import share
    from data.store.database import open_database
    from data.store.shapes import EVERYTHING
    from tests.data.export.shared import NOW, fill
    from tests.data.readings import reading, taken

    with open_database(folder / "cells.db") as db:
        fill(db)
        taken(
            db,
            [
                reading(cell, domain=f"d{n}.example.com", sender_name=cell, tenant=cell)
                for n, cell in enumerate(CELLS)
            ],
        )
        files = []
        for name in ("observations", "incidents", "waves"):
            files.append(folder / f"{name}.csv")
            files[-1].write_bytes(b"".join(share(db, name, "csv", EVERYTHING, NOW).chunks))
    raw = folder / "raw.csv"
    with raw.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([cell] for cell in CELLS)
    return [*files, raw]


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = written(folder)
        command = [
            "soffice",
            f"-env:UserInstallation={folder.as_uri()}/profile",
            "--headless",
            "--convert-to",
            "fods",
        ]
        command += ["--infilter=CSV:44,34,76,1", "--outdir", str(folder), *map(str, files)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for file in files:
            sheet = file.with_suffix(".fods").read_text(encoding="utf-8")
            print(f"{file.name}: {sheet.count('table:formula=')} formulas")


if __name__ == "__main__":
    main()
