"""The figures: one file a question, each a ratio within one run. ``make bench``, or ``make bench ONLY=webpush``."""
