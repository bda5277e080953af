"""Observations counted as they come and go, so that no time line counts its history again, and further indexes.

Triggers keep the counts: whatever adds, changes or removes an observation, be it intake, settling, a decision, a
rebuild or an erasure, counts it in the same transaction, and whoever is killed leaves both or neither. The audience
of a time line is whoever may read; what a marking hides from others is asked of incidents, never of these counts.
"""

TOTALS = """
create table hourly_totals (                -- observations that stand in incidents
    hour integer not null,                  -- whole hours since 1970
    platform text not null,                 -- "other" where none was recognised
    observations integer not null,
    primary key (hour, platform)
) strict, without rowid;

create table daily_totals (
    day integer not null,
    platform text not null,
    observations integer not null,          -- that stand in incidents
    others integer not null,                -- that stand in none
    primary key (day, platform)
) strict, without rowid;

insert into hourly_totals (hour, platform, observations)
select observed_at / 3600, coalesce(platform, 'other'), count(*) from observations where standing > 0 group by 1, 2;

insert into daily_totals (day, platform, observations, others)
select observed_at / 86400, coalesce(platform, 'other'), sum(standing > 0), sum(standing <= 0) from observations
group by 1, 2;

create trigger new_observations_are_counted after insert on observations begin
    insert into hourly_totals (hour, platform, observations)
    select new.observed_at / 3600, coalesce(new.platform, 'other'), 1 where new.standing > 0
    on conflict do update set observations = observations + 1;
    insert into daily_totals (day, platform, observations, others)
    values (new.observed_at / 86400, coalesce(new.platform, 'other'), new.standing > 0, new.standing <= 0)
    on conflict do update set observations = observations + excluded.observations, others = others + excluded.others;
end;

create trigger changed_observations_are_counted_again after update of observed_at, platform, standing on observations
when (old.observed_at, old.platform, old.standing > 0) is not (new.observed_at, new.platform, new.standing > 0) begin
    update hourly_totals set observations = observations - (old.standing > 0)
    where hour = old.observed_at / 3600 and platform = coalesce(old.platform, 'other');
    insert into hourly_totals (hour, platform, observations)
    select new.observed_at / 3600, coalesce(new.platform, 'other'), 1 where new.standing > 0
    on conflict do update set observations = observations + 1;
    delete from hourly_totals where hour = old.observed_at / 3600 and platform = coalesce(old.platform, 'other')
    and observations = 0;
    update daily_totals set observations = observations - (old.standing > 0), others = others - (old.standing <= 0)
    where day = old.observed_at / 86400 and platform = coalesce(old.platform, 'other');
    insert into daily_totals (day, platform, observations, others)
    values (new.observed_at / 86400, coalesce(new.platform, 'other'), new.standing > 0, new.standing <= 0)
    on conflict do update set observations = observations + excluded.observations, others = others + excluded.others;
    delete from daily_totals where day = old.observed_at / 86400 and platform = coalesce(old.platform, 'other')
    and observations = 0 and others = 0;
end;

create trigger removed_observations_are_counted_off after delete on observations begin
    update hourly_totals set observations = observations - (old.standing > 0)
    where hour = old.observed_at / 3600 and platform = coalesce(old.platform, 'other');
    delete from hourly_totals where hour = old.observed_at / 3600 and platform = coalesce(old.platform, 'other')
    and observations = 0;
    update daily_totals set observations = observations - (old.standing > 0), others = others - (old.standing <= 0)
    where day = old.observed_at / 86400 and platform = coalesce(old.platform, 'other');
    delete from daily_totals where day = old.observed_at / 86400 and platform = coalesce(old.platform, 'other')
    and observations = 0 and others = 0;
end;

create index incidents_by_confirmation on incidents(confirmation, last_seen_at, incident_id);
create index exposures_by_fix on exposures(fixed_at) where fixed_at is not null;
"""
