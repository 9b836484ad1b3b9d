"""Start the stand-in: ``python -m simulators.assessment_service --port 8900``. Prints its address when it listens."""

import argparse
import sys
from pathlib import Path

from simulators.assessment_service import catalogue
from simulators.assessment_service.clock import Clock
from simulators.assessment_service.faults import Faults, parse
from simulators.assessment_service.front import Front
from simulators.assessment_service.limits import Limit, Limiter
from simulators.assessment_service.records import Store
from simulators.assessment_service.server import Server


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="simulators.assessment_service", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument(
        "--data", type=Path, help="JSON with standards, organisations, accounts, learners; see seed.json"
    )
    parser.add_argument("--state", type=Path, help="file that keeps certificates over a restart")
    parser.add_argument("--clock-file", type=Path, help="file with the seconds the clock is ahead")
    parser.add_argument("--no-uniqueness-guard", action="store_true", help="let duplicates arise, and count them")
    parser.add_argument("--no-rate-limit", action="store_true", help="without it: 120 calls in 60 seconds, as outside")
    parser.add_argument(
        "--faults", default="", metavar="SPEC", help="e.g. '40%%' or '3*POST certificate:late-commit@2'"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the faults that come at a rate")
    return parser


def main() -> None:
    """Serve until killed."""
    given = arguments().parse_args()
    front = Front(
        catalogue=catalogue.load(given.data),
        store=Store(given.state, guard=not given.no_uniqueness_guard),
        clock=Clock(given.clock_file),
        faults=Faults(parse(given.faults), given.seed),
        limiter=Limiter(Limit(calls=0) if given.no_rate_limit else Limit()),
    )
    server = Server((given.host, given.port), front)
    sys.stdout.write(f"http://{given.host}:{server.server_address[1]}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.stopping.set()


if __name__ == "__main__":
    main()
