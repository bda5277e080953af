"""The indexes, each named after the query it serves."""

INDEXES = """
create index settle_a_template on observations(template_id, observed_at) where standing > 0;
create index count_a_template on observations(template_id, party_id, observed_at);
create index example_of_a_template on observations(template_id, trusted, observed_at, fingerprint);
create index timeline_of_everything on observations(observed_at, platform, party_id, incident_id) where standing > 0;
create index timeline_of_an_incident on observations(incident_id, observed_at, platform);
create index newest_of_a_domain on observations(abused_domain, observed_at);
create index newest_of_a_platform on observations(platform, observed_at);
create index observations_of_an_account on observations(account_id) where account_id is not null;
create index newest_of_all on observations(observed_at);
create index same_message_id on observations(message_hash) where message_hash is not null;
create index observations_of_a_party on observations(party_id, observed_at);
create index observations_of_an_alias on observations(alias_id);
create index last_received on submissions(received_at);
create index aliases_of_a_party on party_aliases(party_id);
create index accounts_of_a_domain on sightings(domain_alias, account_alias);
create index newly_abused on parties(first_seen_at) where observations > 0;
create index incidents_by_last_seen on incidents(last_seen_at, incident_id);
create index incidents_of_a_template on incidents(template_id, first_seen_at, last_seen_at);
create index incidents_of_an_account on incidents(account_id) where account_id is not null;
create index facets_of_incidents on incidents(platform, mechanism, verdict, observations);
create index incidents_of_a_party on incidents(party_id);
create index incidents_of_a_wave on incidents(wave_id, last_seen_at) where wave_id is not null;
create index waves_of_a_template on waves(template_id);
create index waves_by_last_seen on waves(last_seen_at);
create index aliases_of_an_incident on incident_aliases(incident_id);
create index aliases_of_a_wave on wave_aliases(wave_id);
create index events_of_a_subject on events(subject, seq);
create index events_by_time on events(at);
"""
