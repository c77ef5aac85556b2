#!/usr/bin/env python
"""Django's command line for Notifcenter; bin/notifcenter runs it in the right environment."""

from notifcenter.config.start import main

if __name__ == "__main__":
    main()
