"""The core: cases, records and findings of every statistic; one writer, one reader."""
