"""What was taken out of mailboxes already."""

from data.store.database import Database
from data.submissions import Receipt


def is_collected(db: Database, receipt: Receipt) -> bool:
    """Whether everything of this message is stored."""
    found: int | None = db.value(
        "select 1 from collected_mail where mailbox = ? and validity = ? and uid = ?",
        (receipt.mailbox, receipt.validity, receipt.uid),
    )
    return found is not None
