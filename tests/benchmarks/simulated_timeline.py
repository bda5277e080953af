"""When what happens to whom: waves with onset, peak and tail, their recurrence, trickle, floods, everyday tickets."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from simulated_slots import phrases
from simulated_tenants import Tenant

MODES = {"both": 35, "subject": 35, "body": 15, "name": 15}
"""Into which fields of the form attackers put the lure, in percent of waves."""
VISIBLE = {"both": "shows_title", "subject": "shows_title", "body": "shows_body", "name": "shows_name"}
CLEARANCE = timedelta(days=3)
"""How far the trickle keeps from a wave: nearer, nobody could say whether it belongs to the wave."""
FEWEST_PARTIES = 3
EVERYDAY = {"ticket": 70, "follow-up": 18, "newsletter": 12}


@dataclass(frozen=True, slots=True)
class Levels:
    """How much of what. Shares lie between 0 and 1; `floods` and `trickle` are shares of the attacks."""

    observations: int
    attacks: float
    floods: float
    trickle: float
    companions: float
    recurrence: float
    largest_wave: int
    days: int
    start: datetime


@dataclass(frozen=True, slots=True)
class Wave:
    """One burst: of a payload (its number) or, where that is None, of a platform's activation mail."""

    id: str
    payload: int | None
    platform: str | None
    mode: str
    started_at: datetime
    ended_at: datetime

    def moment(self, rng: Random) -> datetime:
        """A time in the burst: few at the onset, most in the first third, a long tail."""
        return self.started_at + (self.ended_at - self.started_at) * rng.betavariate(1.6, 4)


class Event(NamedTuple):
    """One message to be written. `stretch` is the wave's id, or names the quiet between two waves; `line` is the
    platform of activation mail, "" for the rest; `victim` stands for a person."""

    sent_at: datetime
    kind: str
    tenant: int
    payload: int | None
    wave: Wave | None
    mode: str
    line: str
    stretch: str
    victim: int


@lru_cache
def activating_platforms() -> tuple[str, ...]:
    """Platforms that mail an activation link to whoever is typed in."""
    return tuple(sorted(phrases("shells")["verification"]))


class Plan:
    """The events of one simulation, drawn one after the other from one source of chance."""

    def __init__(self, levels: Levels, tenants: list[Tenant], rng: Random) -> None:
        self.levels, self.tenants, self.rng = levels, tenants, rng
        self.events: list[Event] = []
        self.waves: dict[int | str, list[Wave]] = defaultdict(list)
        self.end = levels.start + timedelta(days=levels.days)
        self.payloads = list(range(len(phrases("phrases")["payloads"])))
        self.fresh: list[int] = []

    def draw(self) -> list[Event]:
        """All events in the order of time."""
        attacks = round(self.levels.observations * self.levels.attacks)
        trickle = round(attacks * self.levels.trickle)
        self._draw_until(round(attacks * self.levels.floods), self._flood)
        self._draw_until(attacks - trickle, self._payload_wave)
        self.end = max([self.end, *(event.sent_at for event in self.events)])
        for _ in range(attacks - len(self.events)):
            self.events.append(self._trickled())
        for _ in range(self.levels.observations - len(self.events)):
            self.events.append(self._everyday())
        events = without_lone_waves(joined_floods(self.events))
        return sorted(events, key=lambda event: (event.sent_at, event.victim, event.kind))

    def _draw_until(self, total: int, burst: Callable[[int], Iterable[Event]]) -> None:
        while len(self.events) + 3 <= total:
            self.events.extend(burst(total - len(self.events)))

    def _flood(self, room: int) -> Iterator[Event]:
        by_platform = [
            (p, [i for i, t in enumerate(self.tenants) if t.platform == p]) for p in activating_platforms()
        ]
        platform, eligible = self.rng.choice(
            [(p, tenants) for p, tenants in by_platform if len(tenants) >= FEWEST_PARTIES]
        )
        parties = self._parties(eligible, room)
        wave = self._next_wave(platform, None, platform, "none", len(parties))
        for tenant in parties:
            yield self._hit(wave, tenant, "flood")._replace(line=platform, stretch="")

    def _payload_wave(self, room: int) -> Iterator[Event]:
        payload = self._which_payload()
        mode = self.rng.choices(list(MODES), list(MODES.values()))[0]
        parties = self._parties(self._tenants(lambda t: getattr(t, VISIBLE[mode])), room)
        wave = self._next_wave(payload, payload, None, mode, len(parties))
        paired = self.rng.random() < self.levels.companions
        for tenant in parties:
            if room < 1:
                return
            event = self._hit(wave, tenant, "payload")
            room -= 1
            yield event
            platform = self.tenants[tenant].platform
            if paired and room and platform in activating_platforms():
                room -= 1
                yield event._replace(kind="companion", line=platform, stretch="")

    def _tenants(self, wanted: Callable[[Tenant], bool]) -> list[int]:
        return [i for i, tenant in enumerate(self.tenants) if wanted(tenant)]

    def _which_payload(self) -> int:
        known = [payload for payload in self.waves if isinstance(payload, int)]
        if known and self.rng.random() < self.levels.recurrence:
            return self.rng.choice(known)
        self.fresh = self.fresh or self.rng.sample(self.payloads, len(self.payloads))
        return self.fresh.pop()

    def _next_wave(self, line: int | str, payload: int | None, platform: str | None, mode: str, size: int) -> Wave:
        """The next burst on a time line: at any time for the first, after weeks of quiet for the others. It lasts
        4 hours to 9 days, the smaller the shorter."""
        before = self.waves[line]
        if before:
            start = before[-1].ended_at + timedelta(days=self.rng.uniform(14, 60))
        else:
            start = self.levels.start + timedelta(days=self.rng.uniform(0, self.levels.days * 0.8))
        hours = math.exp(self.rng.uniform(math.log(4), math.log(min(9 * 24, 18 + 6 * size))))
        number = sum(map(len, self.waves.values())) + 1
        wave = Wave(f"wave-{number:04}", payload, platform, mode, start, start + timedelta(hours=hours))
        before.append(wave)
        return wave

    def _parties(self, eligible: list[int], room: int) -> list[int]:
        """3 to `largest_wave` tenants, each once, then some of them again; as many as there is room for.

        A small simulation has smaller waves, so that it shows more payloads; a large one hits tenants more often, so
        that it does not last for decades.
        """
        attacks = self.levels.observations * self.levels.attacks
        most = max(3, min(self.levels.largest_wave, len(eligible), room, max(12, round(attacks / 12))))
        size = min(len(eligible), room, round(math.exp(self.rng.uniform(math.log(3), math.log(most)))))
        chosen = self.rng.sample(eligible, size)
        crowd = max(1.0, attacks / 6_000)
        more = int(size * 0.3 * crowd * self.rng.lognormvariate(0, 1))
        return (chosen + (self.rng.choices(chosen, k=more) if chosen else []))[:room]

    def _hit(self, wave: Wave, tenant: int, kind: str) -> Event:
        return self._event(wave.moment(self.rng), kind, tenant, wave.payload, wave, wave.mode, wave.id)

    def _event(
        self,
        sent_at: datetime,
        kind: str,
        tenant: int,
        payload: int | None = None,
        wave: Wave | None = None,
        mode: str = "none",
        stretch: str = "",
    ) -> Event:
        moment = sent_at.replace(microsecond=0)
        return Event(moment, kind, tenant, payload, wave, mode, "", stretch, self.rng.getrandbits(40))

    def _trickled(self) -> Event:
        """A stray copy of a payload: in its wave if it falls into one, else far from all of them."""
        payload = self.rng.choice([line for line in self.waves if isinstance(line, int)] or self.payloads)
        waves = self.waves.get(payload, [])
        mode = waves[0].mode if waves else "both"
        tenant = self.rng.choice(self._tenants(lambda t: getattr(t, VISIBLE[mode])))
        for _ in range(50):
            at = self._any_time()
            near = [wave for wave in waves if wave.started_at - CLEARANCE < at < wave.ended_at + CLEARANCE]
            if not near:
                quiet = f"quiet-{sum(wave.ended_at < at for wave in waves)}"
                return self._event(at, "payload", tenant, payload, None, mode, quiet)
        return self._hit(self.rng.choice(waves), tenant, "payload")

    def _everyday(self) -> Event:
        kind = self.rng.choices(list(EVERYDAY), list(EVERYDAY.values()))[0]
        return self._event(self._any_time(), kind, self.rng.randrange(len(self.tenants)))

    def _any_time(self) -> datetime:
        return self.levels.start + (self.end - self.levels.start) * self.rng.random()


def joined_floods(events: list[Event]) -> list[Event]:
    """Activation mail carries no payload, so bursts of one platform that touch in time are one wave."""
    bursts: dict[str, dict[str, Wave]] = defaultdict(dict)
    for event in events:
        if event.wave and not event.stretch:
            bursts[event.line][event.wave.id] = event.wave
    names = {line: _names(line, list(waves.values())) for line, waves in bursts.items()}
    return [
        event._replace(stretch=names[event.line][event.wave.id]) if event.wave and not event.stretch else event
        for event in events
    ]


def without_lone_waves(events: list[Event]) -> list[Event]:
    """A burst over fewer than three tenants is no wave; what it did to each of them stays an incident."""
    parties: dict[str, set[int]] = defaultdict(set)
    for event in events:
        parties[event.stretch].add(event.tenant)
    return [
        event._replace(wave=None) if event.wave and len(parties[event.stretch]) < FEWEST_PARTIES else event
        for event in events
    ]


def _names(line: str, waves: list[Wave]) -> dict[str, str]:
    """The name of the joined burst that each wave is part of."""
    names: dict[str, str] = {}
    number, until = 0, None
    for wave in sorted(waves, key=lambda wave: wave.started_at):
        if until is None or wave.started_at > until + CLEARANCE:
            number += 1
        until = max(until or wave.ended_at, wave.ended_at)
        names[wave.id] = f"flood-{line}-{number:03}"
    return names
