"""Every file of samples/messages reads as the file beside it says."""

import tomllib
from pathlib import Path

import pytest

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.received import read_hops
from data.model import Mailbox, ParsedMessage, Refusal
from data.settings import Settings

FOLDER = Path(__file__).parents[1] / "samples" / "messages"
SAMPLES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".toml")


def shown(box: Mailbox | None) -> str | None:
    if box is None:
        return None
    return f"{box.name} <{box.address}>" if box.name else box.address


def as_told(message: ParsedMessage) -> dict[str, object]:
    told = read_authentication(message, read_hops(message), ())
    return {
        "source": message.source,
        "enclosed_in": message.enclosed_in,
        "headers_only": message.headers_only,
        "subject": message.subject,
        "sender": shown(message.sender),
        "reply_to": [shown(box) for box in message.reply_to],
        "envelope_sender": message.envelope_sender,
        "recipients": [shown(box) for box in message.recipients],
        "message_id": message.message_id,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "dated_by": message.dated_by,
        "text": message.text,
        "links": list(message.links),
        "authentication": f"spf={told.spf} dkim={told.dkim} dmarc={told.dmarc} aligned={told.aligned}"
        f" written_by={told.written_by}",
    }


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_a_sample_reads_as_the_file_beside_it_says(path):
    expected = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))["message"]
    items = list(read_messages(path.read_bytes(), path.name, Settings()))
    assert not [item for item in items if isinstance(item, Refusal)]
    assert len(items) == len(expected)
    for item, wanted in zip(items, expected, strict=True):
        message = parse_message(item, Settings())
        warnings = wanted.pop("warnings", None)
        found = as_told(message)
        assert {name: found[name] for name in wanted} == wanted
        assert found["enclosed_in"] == wanted.get("enclosed_in")
        if warnings is not None:
            assert len(message.warnings) == len(warnings)
            assert all(part in told for part, told in zip(sorted(warnings), sorted(message.warnings), strict=True))
