"""Alerts out of the outbox to whoever is to be alerted; apart from ingest, so that no receiver holds anything up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from collectors.alert_mail import MailRoute, mail_alert, mail_route
from collectors.alert_webhook import post_alert, signing_key
from collectors.secret_file import Secret
from collectors.web import Web
from data.errors import SettingsError
from data.judgement.alerts import News, Policy, policy_of, trial
from data.settings import Settings
from data.store.alert_deliveries import Delivery, claim_delivery, record_failure, record_sent
from data.store.alerts import Channel, add_alert, derive_alerts
from data.store.database import Database

_WAVES = ("new-wave", "recurrence", "new-vendor")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery; `again_at` is None where it was sent or given up."""

    alert_id: int
    channel: Channel
    sent: bool
    text: str
    reason: str | None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """Whether a channel took an alert, what went wrong, and when it may be tried again at the earliest."""

    taken: bool
    reason: str | None = None
    retry_at: datetime | None = None


Way = Callable[[Delivery, str], Handed]
"""Hands an alert and its link to a channel."""


class Alerting:
    """The configured channels and what is wanted on them. Raises SettingsError for a missing or wrong setting."""

    def __init__(
        self,
        settings: Settings,
        web: Web | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._clock = clock
        self.policy: Policy = policy_of(settings)
        self._ways: dict[Channel, Way] = {}
        if settings.alert_webhook_url:
            self._ways["webhook"] = partial(self._post, web or Web(settings), signing_key(settings))
        if settings.alert_smtp_host:
            self._ways["mail"] = partial(self._mail, mail_route(settings))
        if not self._ways:
            raise SettingsError(
                "Nobody is to be alerted. Set RELAYWATCH_ALERT_WEBHOOK_URL and RELAYWATCH_ALERT_WEBHOOK_SECRET_FILE, "
                "or RELAYWATCH_ALERT_SMTP_HOST, RELAYWATCH_ALERT_FROM and RELAYWATCH_ALERT_TO."
            )

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(self._ways)

    def send_all(self, db: Database) -> list[Outcome]:
        """Derives what deserves an alert and tries every delivery that is due, each once."""
        derive_alerts(db, self.policy, self.channels, self._clock())
        return self._deliver(db, self._settings.alert_attempts)

    def send_test(self, db: Database) -> list[Outcome]:
        """One test alert on every channel, tried once."""
        number = add_alert(db, trial(), self.channels, self._clock())
        return self._deliver(db, 1, only=number)

    def _deliver(self, db: Database, attempts: int, only: int | None = None) -> list[Outcome]:
        """A channel that fails is left alone until the next round, so that a dead one does not hold up the other."""
        outcomes: list[Outcome] = []
        open_channels = list(self.channels)
        while delivery := claim_delivery(db, open_channels, self._clock(), only=only):
            outcomes.append(self._try(db, delivery, attempts))
            if not outcomes[-1].sent:
                open_channels.remove(delivery.channel)
        return outcomes

    def _try(self, db: Database, delivery: Delivery, attempts: int) -> Outcome:
        link = link_to(delivery.news, self._settings.alert_link)
        handed = self._ways[delivery.channel](delivery, link)
        again_at = None
        if handed.taken:
            record_sent(db, delivery, handed.reason)
        else:
            again_at = record_failure(
                db, delivery, handed.reason or "", self._clock(), attempts=attempts, not_before=handed.retry_at
            )
        return Outcome(delivery.alert_id, delivery.channel, handed.taken, delivery.news.text, handed.reason, again_at)

    def _post(self, web: Web, secret: Secret, delivery: Delivery, link: str) -> Handed:
        url = self._settings.alert_webhook_url
        posted = post_alert(web, url, secret, delivery, link, self._clock())
        return Handed(posted.reason is None, posted.reason, posted.retry_at)

    def _mail(self, route: MailRoute, delivery: Delivery, link: str) -> Handed:
        mailed = mail_alert(route, delivery, link, self._clock())
        return Handed(mailed.taken, mailed.reason)


def link_to(news: News, dashboard: str) -> str:
    """Where the dashboard shows what an alert is about; empty where no dashboard is named."""
    base = dashboard.rstrip("/")
    return f"{base}/waves?id={news.subject}" if base and news.kind in _WAVES else base
