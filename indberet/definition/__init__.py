"""The language in which a statistic is written: fields, code lists, rules, texts. No storage, no HTTP, no content."""
