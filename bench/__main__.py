"""`python -m bench [--quick] [--rounds N] [--only NAME …] [--without acrida|locust|wrk …]`

Alternating rounds of every generator against the same nginx; medians; ratios within one run. The raw figures of all
rounds go to bench/results/.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.machine import describe
from bench.nginx import Nginx
from bench.scenarios import SCENARIOS, Round, Scenario, pause_between_runs

RESULTS = Path(__file__).parent / "results"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument(
        "--quick", action="store_true", help="one short round: shows that everything runs, not how fast"
    )
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--length", type=float, default=3.0, help="seconds of one measurement")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), metavar="SCENARIO")
    parser.add_argument("--without", nargs="+", choices=["acrida", "locust", "wrk"], default=[])
    parser.add_argument("--output", type=Path, default=None)
    return parser.parse_args()


def run_rounds(scenario: Scenario, this: Round, rounds: int) -> list[dict[str, Any]]:
    found = []
    for _ in range(rounds):
        found.append(scenario.run(this))
        pause_between_runs()
    return found


def medians(rounds: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    return {
        generator: {key: statistics.median(one[generator][key] for one in rounds) for key in rounds[0][generator]}
        for generator in rounds[0]
    }


def ratio(middle: dict[str, dict[str, float]], unit: str, above: str, below: str) -> str:
    if above not in middle or below not in middle:
        return "–"
    return f"{middle[above][unit] / middle[below][unit]:.2f}"


def print_row(scenario: Scenario, middle: dict[str, dict[str, float]]) -> None:
    values = [
        f"{middle[name][scenario.unit]:9.2f}" if name in middle else "        –" for name in ("acrida", "wrk", "locust")
    ]
    print(
        f"{scenario.title:<36}{scenario.unit:<16}{values[0]}{values[1]}{values[2]}"
        f"{ratio(middle, scenario.unit, 'acrida', 'wrk'):>10}{ratio(middle, scenario.unit, 'locust', 'acrida'):>10}"
        f"   {scenario.wanted}",
        flush=True,
    )
    failed = {name: figures["failures"] for name, figures in middle.items() if figures.get("failures")}
    if failed:
        print(f"{'':<36}failed requests: {failed}")
    if "server_p99_ms" in next(iter(middle.values())):
        for name, figures in middle.items():
            print(f"{'':<36}{name}: " + ", ".join(f"{key} {value:.1f}" for key, value in figures.items()))
    if "interactive_ms" in next(iter(middle.values())):
        for name, figures in middle.items():
            print(f"{'':<36}{name}: " + ", ".join(f"{key} {value:.0f}" for key, value in figures.items()))
    if "spawn_s" in next(iter(middle.values())):
        for name, figures in middle.items():
            print(
                f"{'':<36}{name}: {figures['users']:.0f} users in {figures['spawn_s']:.1f} s, "
                f"{figures['cpu_us_per_user']:.0f} us of CPU each"
            )


def main() -> int:
    chosen = arguments()
    machine = describe()
    print(json.dumps(machine))
    print(f"\n{'scenario':<36}{'unit':<16}{'acrida':>9}{'wrk':>9}{'locust':>9}{'/ wrk':>10}{'locust /':>10}   wanted")
    raw: dict[str, Any] = {
        "machine": machine,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "length_s": chosen.length,
        "quick": chosen.quick,
        "scenarios": {},
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        nginx = Nginx(Path(folder) / "nginx")
        try:
            this = Round(
                nginx,
                Path(folder),
                [name for name in ("acrida", "locust") if name not in chosen.without],
                "wrk" not in chosen.without,
                1.0 if chosen.quick else chosen.length,
                chosen.quick,
            )
            for name in chosen.only:
                scenario = SCENARIOS[name]
                rounds = run_rounds(scenario, this, 1 if chosen.quick else chosen.rounds or scenario.rounds)
                raw["scenarios"][name] = {"wanted": scenario.wanted, "unit": scenario.unit, "rounds": rounds}
                print_row(scenario, medians(rounds))
        finally:
            nginx.stop()
    RESULTS.mkdir(exist_ok=True)
    output = chosen.output or RESULTS / ("quick.json" if chosen.quick else f"{raw['at'][:10]}.json")
    output.write_text(json.dumps(raw, indent=1) + "\n")
    print(f"\nraw results: {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
