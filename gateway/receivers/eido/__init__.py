"""EIDO conveyance by subscription (NENA-STA-024.1): agencies connect to us, and are notified."""
