"""When the weekly claim is made: for the rule, the beat schedule and the pages alike. Imports nothing of Django's."""

import datetime as dt

# London, on a Friday: what is released before still goes out with that week. The job looks at this minute of the hour.
CLAIM_AT = dt.time(16, 10)
