"""`python -m indberet` is the command `indberet`."""

import sys

from indberet.cli import main

sys.exit(main())
