"""What kind of mail it is: acknowledgement, verification, receipt, newsletter, bounce, a person's, ..."""

import re

from collectors.places import Places
from data.catalogue.entries import MechanismRule, Platform
from data.catalogue.loader import Catalogue
from data.model import ParsedMessage
from data.vocabulary import Mechanism

_ONLY_ALOUD = {"account-verification", "bounce"}
"""Kinds that spam quotes in its hidden text: only the subject shows them."""
_SPEAKING = {"helpdesk", "website", "form"}
"""Platforms whose customers word their own notices; the notices of the others have one shape."""
_Found = tuple[Mechanism, tuple[str, ...]]
_AUTOMATIC_PRECEDENCE = {"bulk", "list", "junk", "auto_reply"}
_LIST_FIELDS = ("list-post", "x-beenthere", "mailing-list", "x-mailing-list")
_MAILING_FIELDS = ("list-unsubscribe", "list-id", "list-help", "x-campaign", "x-campaignid", "x-job", "x-bulkmail")
_REPORT = re.compile(r"multipart/report|report-type=|message/delivery-status", re.IGNORECASE)
_NO_BOUNCE = re.compile(r"disposition-notification|feedback-report", re.IGNORECASE)
_SYSTEM_SENDER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|double-bounce)\b", re.IGNORECASE)
_AGENT = re.compile(r"^[^()]{2,60} \([^()]{2,60}\)(?: via \w{2,20})?$")
_PROGRAMS = re.compile(
    r"\b(?:thunderbird|mutt|outlook|apple mail|iphone mail|evolution|kmail|pine|elm|eudora|gnus|mozilla|messenger"
    r"|vm \d|claws|sylpheed|exmh|nmh|mh-e|the bat|lotus notes|icedove|seamonkey|emacs|m2crypto|airmail|webmail"
    r"|netscape)",
    re.IGNORECASE,
)


def is_automatic(message: ParsedMessage) -> bool:
    """Whether a machine wrote it, by RFC 3834 and the fields that are used beside it."""
    submitted = (message.first("auto-submitted") or "").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if message.first("x-auto-response-suppress") or message.first("x-autoreply") or message.first("x-autorespond"):
        return True
    if message.envelope_sender == "" or (message.sender and _SYSTEM_SENDER.match(message.sender.local)):
        return True
    precedence = {value.strip().lower() for value in message.all("precedence")}
    return bool(precedence & _AUTOMATIC_PRECEDENCE) and not is_listed(message)


def is_listed(message: ParsedMessage) -> bool:
    """Whether a mailing list passed it on."""
    return any(message.first(name) for name in _LIST_FIELDS)


def read_mechanism(
    message: ParsedMessage,
    places: Places,
    platform: Platform | None,
    automatic: bool,
    transported: bool,
    catalogue: Catalogue,
) -> _Found:
    """The mechanism and the lines that show it: the platform's own fields first, then words, then the form.

    `transported`: a mail service carried it.
    """
    if _is_bounce(message):
        return "bounce", ("Content-Type or From of a delivery report",)
    if platform:
        return _of_platform(message, places, platform, catalogue)
    if message.enclosed_in == "bounce":
        return "bounce", ("it came back inside a delivery report",)
    bulk = message.first("list-unsubscribe") is not None
    spoken = None if is_listed(message) else _spoken(places, catalogue, enough=0 if bulk else 2)
    if spoken and not (spoken == "bounce" and message.envelope_sender):
        return spoken, ("words of Subject or body",)
    return _by_form(message, places, automatic, transported, catalogue)


def answers_somebody(message: ParsedMessage, platform: Platform | None) -> bool:
    """Whether it answers a message of another system than the sender's own.

    In-Reply-To decides where there is one: References also name what a customer once wrote into an old case.
    """
    own = {message.message_id.rpartition("@")[2].lower()} if message.message_id else set()
    if message.sender:
        own.add(message.sender.domain)
    named = (message.in_reply_to,) if message.in_reply_to else message.references[-8:]
    hosts = [(reference, reference.rpartition("@")[2].lower()) for reference in named if "@" in reference]
    return any(host not in own and not _is_platforms(reference, host, platform) for reference, host in hosts)


def _of_platform(message: ParsedMessage, places: Places, platform: Platform, catalogue: Catalogue) -> _Found:
    if found := _by_rules(platform.mechanisms, places):
        return found, (f"fields of {platform.label}",)
    if platform.category == "helpdesk" and _is_agent(message):
        return "agent-message", ("From is a person of the desk",)
    usual = _by_rules(platform.usually, places) or platform.mechanism or "notification"
    acknowledges = platform.category == "helpdesk" and platform.mechanism == "ticket-acknowledgement"
    if acknowledges and answers_somebody(message, platform):
        return "agent-message", ("In-Reply-To names a message that is not the platform's own",)
    spoken = _spoken_on(places, platform, usual, catalogue)
    if spoken:
        return spoken, ("words of Subject or body",)
    return usual, (f"usual mail of {platform.label}",)


def _spoken_on(places: Places, platform: Platform, usual: Mechanism, catalogue: Catalogue) -> Mechanism | None:
    """What the words say where the platform's customers word their own notices; elsewhere only a subscription."""
    if platform.category in _SPEAKING:
        spoken = _spoken(places, catalogue, enough=1)
        if spoken == "bounce" or (spoken == "ticket-acknowledgement" and platform.category != "helpdesk"):
            return None
        return spoken
    spoken = _spoken(places, catalogue, enough=0) if usual == "newsletter" else None
    return spoken if spoken == "list-confirmation" else None


def _by_rules(rules: tuple[MechanismRule, ...], places: Places) -> Mechanism | None:
    for rule in rules:
        if any(rule.pattern.search(value) for value in places.values(rule.place)):
            return rule.mechanism
    return None


def _is_agent(message: ParsedMessage) -> bool:
    """ "Name (Desk)" in From, as desks write for their people, or "Name via Desk"."""
    name = message.sender.name if message.sender else ""
    return bool(_AGENT.match(name)) and not (message.subject or "").lower().startswith("autoreply")


def _is_platforms(reference: str, host: str, platform: Platform | None) -> bool:
    if not platform:
        return False
    rules = [rule for rule in platform.evidence if rule.place in {"references", "message-id"}]
    if any(rule.pattern.search(reference) if rule.pattern else host in rule.domains for rule in rules):
        return True
    return any(host == own or host.endswith("." + own) for own in (*platform.suffixes, *platform.shared))


def _is_bounce(message: ParsedMessage) -> bool:
    kind = message.first("content-type") or ""
    if _NO_BOUNCE.search(kind[:1_000]):
        return False
    system = bool(message.sender and _SYSTEM_SENDER.match(message.sender.local))
    return system or bool(_REPORT.search(kind[:1_000])) or message.first("x-failed-recipients") is not None


def _spoken(places: Places, catalogue: Catalogue, enough: int) -> Mechanism | None:
    """What the words say: a phrase in the subject, or `enough` phrases in the text (0: only the subject counts)."""
    subject = catalogue.mechanisms.counts(places.spoken("subject"))
    start = catalogue.mechanisms.counts(places.spoken("start")) if enough else {}
    best, most = None, 0.0
    for words in catalogue.mechanisms.lists:
        told = 0 if words.id in _ONLY_ALOUD else start.get(words.id, 0)
        score = words.weight * (min(1, subject.get(words.id, 0)) + min(2, told) / 3)
        if score > most and (words.id in subject or told >= enough):
            best, most = words, score
    return best.id if best else None  # type: ignore[return-value]


def _by_form(
    message: ParsedMessage, places: Places, automatic: bool, transported: bool, catalogue: Catalogue
) -> _Found:
    if is_listed(message) or any(message.first(name) for name in _MAILING_FIELDS):
        return "newsletter", ("fields of a list or mailing",)
    if (message.first("precedence") or "").lower() in {"bulk", "list"}:
        return "newsletter", ("Precedence",)
    if automatic:
        return "notification", ("Auto-Submitted and the like",)
    if _offers_to_stop(places, catalogue):
        return "newsletter", ("words that offer to unsubscribe",)
    if message.in_reply_to or message.references:
        return "personal", ("In-Reply-To",)
    if _has_mail_program(message):
        return "personal", ("X-Mailer or User-Agent of a person's program",)
    if transported:
        return "notification", ("carried by a mail service",)
    return "other", ()


def _offers_to_stop(places: Places, catalogue: Catalogue) -> bool:
    return bool(
        catalogue.farewells.counts(places.spoken("end")) or catalogue.farewells.counts(places.spoken("start"))
    )


def _has_mail_program(message: ParsedMessage) -> bool:
    names = (*message.all("x-mailer"), *message.all("user-agent"), *message.all("x-newsreader"))
    return any(_PROGRAMS.search(name[:200]) for name in names)
