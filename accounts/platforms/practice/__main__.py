"""Run the practice network until SIGTERM or Ctrl-C: python -m accounts.platforms.practice --port 8055
--state DIR
"""

import argparse
import signal
import sys
from pathlib import Path

from .server import PracticeNetwork


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m accounts.platforms.practice", description=__doc__)
    parser.add_argument("--port", type=int, default=8055, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--state", type=Path, required=True, help="folder in which the network keeps what was said"
    )
    options = parser.parse_args()
    try:
        network = PracticeNetwork(options.state, port=options.port)
    except OSError as error:
        sys.stderr.write(f"The practice network cannot start on port {options.port}: {error.strerror}.\n")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"{network.url}\n")
    sys.stdout.flush()
    try:
        network.serve()
    except (KeyboardInterrupt, SystemExit):
        network.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
