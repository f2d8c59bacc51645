"""``python -m bench [--only NAME] [--quick]``: measure, print tables, write ``bench/results.json``."""

import argparse
import signal
import sys
import time

from .instances import LeftOut
from .parts import PARTS, QUICK, THOROUGH
from .report import RESULTS, Line, left_out, tables, write


def main() -> int:
    """0 when all parts ran, also where bars do not hold: figures from a busy machine are to be read, not obeyed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Portico.")
    parser.add_argument("--only", choices=PARTS, metavar="NAME", help=f"one part: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="shorter and noisier")
    options = parser.parse_args()
    # Whoever ends us also ends what we started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lines: list[Line] = []
    try:
        for name in [options.only] if options.only else PARTS:
            began = time.monotonic()
            print(f"measuring {name}", flush=True)
            try:
                lines += PARTS[name](QUICK if options.quick else THOROUGH)
            except LeftOut as reason:
                lines.append(left_out(name, str(reason)))
            print(f"measured {name} in {time.monotonic() - began:.0f} s", flush=True)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print("", tables(lines), sep="\n")
    write(lines)
    print(f"\nwritten to {RESULTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
