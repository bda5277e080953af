"""Why messages are grouped, in words for an analyst."""

from data.model import Features


def grouped_by(features: Features) -> str:
    """What put a message into its template."""
    slots = [part.slot for part in features.parts if part.slot]
    masked = f", {len(slots)} changing {'part' if len(slots) == 1 else 'parts'} left out" if slots else ""
    if features.payload_key and features.shell_key:
        return f"the words left after the shell {features.shell_key} was taken off{masked}"
    if features.payload_key:
        return f"the words of the subject; no known shell was around them{masked}"
    if features.shell_key:
        return f"the shell {features.shell_key} of one platform; it holds no words of the submitter's"
    return "the sender and the mechanism; the message has no words to compare"
