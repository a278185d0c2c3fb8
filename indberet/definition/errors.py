"""What can be wrong with a definition, and with a value that somebody typed."""


class DefinitionError(Exception):
    """A definition (CSV, TOML or Python) is wrong; the message names the file or name and the value."""


class Unreadable(Exception):
    """A typed value cannot be read. `key` names the text `unreadable.<key>`, `params` fill its placeholders."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params
