"""What was taken out of mailboxes and drop folders, so that nothing is taken twice."""

MAILBOX = """
create table collected_mail (
    mailbox blob not null,                  -- keyed hash of server, user and folder
    validity integer not null,              -- UIDVALIDITY: uids are the server's word only under the same one
    uid integer not null,
    submission_id integer not null references submissions(submission_id),
    primary key (mailbox, validity, uid)
) strict, without rowid;
"""
