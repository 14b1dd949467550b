"""`python -m gateway.cameras NUMBER`, as start.py begins it."""

import sys

from gateway.cameras.main import main

sys.exit(main())
