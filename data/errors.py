"""What can go wrong, as sentences for the person who must act.

RelaywatchError
├── SubmissionRefused   what was handed in cannot be read; nothing of it is kept
│   ├── SubmissionsClosed   the operator takes no submissions from strangers at present
│   └── TooManySubmissions  a limit on submissions is reached; it says when to come again
├── ChangeRefused       what somebody wants to set does not follow from what is known
├── CatalogueError      a catalogue file is wrong: which file, which entry, what to write instead
├── NotFetched          a web address brought no body: data/fetching.py
├── SettingsError       a setting cannot be used: its name, its value, what it accepts
├── DecisionRefused     an analyst's decision contradicts another one, or names nothing: which, and what to do
├── MailboxError        a mailbox cannot be collected: which, why, what to do
└── StoreError          the database cannot be used: which file, why, what to do
"""


class RelaywatchError(Exception):
    """Base of all errors that the commands and pages show as one sentence."""


class SubmissionRefused(RelaywatchError):
    """What was handed in cannot be read; the sentence says why."""


class SubmissionsClosed(SubmissionRefused):
    """The operator takes no submissions from strangers at present."""


class TooManySubmissions(SubmissionRefused):
    """A limit on submissions is reached; nothing was kept. `retry_after` is in whole seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ChangeRefused(RelaywatchError):
    """What somebody wants to set does not follow from what is known; the sentence says why and what would."""


class CatalogueError(RelaywatchError):
    """A catalogue file breaks its own rules."""


class SettingsError(RelaywatchError):
    """A setting has a value that cannot be used."""


class StoreError(RelaywatchError):
    """The database cannot be opened, read or written."""


class DecisionRefused(RelaywatchError):
    """An analyst's decision cannot be carried out; nothing of it was."""


class MailboxError(RelaywatchError):
    """A mailbox or drop folder cannot be opened or read."""
