"""Start the site: ``python -m simulators.register_site --port 8910``. Prints its address when it listens."""

import argparse
import sys
from pathlib import Path

from simulators.register_site.server import Fault, Server, Site, serve_until_killed


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="simulators.register_site", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8910, help="0 takes a free one")
    parser.add_argument("--file", type=Path, help="the register's CSV file, kept over a restart")
    parser.add_argument("--fault", type=Fault, default=Fault.NONE, choices=list(Fault))
    given = parser.parse_args()
    server = Server((given.host, given.port), Site(fault=given.fault, kept_in=given.file))
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    serve_until_killed(server)


if __name__ == "__main__":
    main()
