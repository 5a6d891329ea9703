"""The errors that tenderwatch raises on purpose: the message is one sentence that says what to do."""


class TenderwatchError(Exception):
    """Base of every error that a command prints as one sentence instead of a traceback."""


class UnknownLabelError(TenderwatchError):
    """A site used a word that no code list knows; the message names the word and the list to extend."""


class UnreadableValueError(TenderwatchError):
    """A text that should be an amount or a date cannot be read as one; the message quotes it."""


class UnreadablePageError(TenderwatchError):
    """A page does not have the structure that its reader knows; the message says what is missing."""


class ConfigurationError(TenderwatchError):
    """A configuration value or file is wrong; the message names the file, the key and what is expected."""


class StoreError(TenderwatchError):
    """The store cannot be opened, read or written; the message says why and what to do."""
