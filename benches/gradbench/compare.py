#!/usr/bin/env python3
"""GradBench's evals for `backprop`, beside the suite's own C++ tools, in one run: one table.

    python3 benches/gradbench/compare.py SUITE [--evals gmm,lse] [--tools manual,tapenade] [--rounds 2] [--cpu 1] [--json TIMES]

SUITE is a clone of https://github.com/gradbench/gradbench whose C++ dependencies are there (`make -C cpp`), with Python
modules as the suite needs them (numpy, scipy, pydantic). This builds the tool for the processor at hand, as the suite builds its
C++ programs, and the suite's command-line interface; then it runs each eval with each tool, one after another in the
same session, and prints each workload's median time in the best round, and the ratio to the first C++ tool.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

# The functions whose times are compared, and sizes that take seconds and not minutes.
EVALS = {
    "llsq": (["gradient"], "-n 16392 -m 128"),
    "lse": (["gradient"], "-n 10000 640000"),
    "gmm": (["jacobian"], "-d 2 10 32 -k 10 -n 1000"),
    "ba": (["jacobian"], "--min 1 --max 1"),
    "ht": (["jacobian"], "--min 1 --max 1"),
    "lstm": (["jacobian"], "-l 2 4 -c 1024"),
    "kmeans": (["dir"], "-k 10 -n 10000 -d 8 16"),
    "det": (["gradient"], "-l 6 8"),
    "ode": (["gradient"], "-n 1000 -s 10 100"),
    "particle": (["rr", "ff", "fr", "rf"], ""),
    "saddle": (["rr", "ff", "fr", "rf"], ""),
}

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build():
    """The tool, for the processor at hand, in a target directory of its own."""
    target = os.path.join(ROOT, "target", "native")
    env = dict(os.environ, RUSTFLAGS="-Ctarget-cpu=native", CARGO_TARGET_DIR=target)
    command = ["cargo", "build", "--release", "--locked", "-p", "backprop-gradbench"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return os.path.join(target, "release", "backprop-gradbench")


def session(suite, module, tool, arguments, folder):
    """Runs an eval with a tool. Returns where the log of it is, in the folder, and what was said."""
    log = os.path.join(folder, "log.jsonl")
    evaluation = [sys.executable, f"python/gradbench/gradbench/evals/{module}/run.py", *shlex.split(arguments)]
    command = ["./gradbench", "run", "--eval", shlex.join(evaluation), "--tool", tool, "-o", log]
    path = os.path.join(suite, "python", "gradbench")
    env = dict(os.environ, PYTHONPATH=path, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    done = subprocess.run(command, cwd=suite, env=env, capture_output=True, text=True)
    return log, (done.stderr or done.stdout)[-300:]


def times(suite, module, tool, arguments):
    """The times of one run, by function and workload; what went wrong, if anything did."""
    with tempfile.TemporaryDirectory() as folder:
        log, said = session(suite, module, tool, arguments, folder)
        if not os.path.exists(log):
            return {}, said
        asked, found, wrong = {}, {}, None
        with open(log) as lines:
            for line in lines:
                entry = json.loads(line)
                message, response = entry.get("message"), entry.get("response")
                if message and message["kind"] == "evaluate":
                    asked[message["id"]] = (message["function"], message.get("description", "-"))
                elif message and message["kind"] == "analysis" and not message["valid"]:
                    wrong = f"a wrong answer: {asked.get(message['of'])}"
                elif response and response["id"] in asked and response.get("success"):
                    own = [t["nanoseconds"] for t in response["timings"] if t["name"] == "evaluate"]
                    found[asked[response["id"]]] = statistics.median(own)
        return found, wrong or (None if found else f"nothing was evaluated: {said}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("suite", help="a clone of gradbench/gradbench")
    parser.add_argument("--evals", default=",".join(EVALS), help="which, by commas")
    parser.add_argument("--tools", default="manual", help="C++ tools of the suite to run beside, by commas")
    parser.add_argument("--rounds", type=int, default=2, help="how often everything is run; the best round counts")
    parser.add_argument("--cpu", type=int, help="pin all programs to this processor")
    parser.add_argument("--json", help="a file for the ratios, from which `benches/rivals` draws a picture")
    given = parser.parse_args()
    suite = os.path.abspath(given.suite)
    pin = ["taskset", "-c", str(given.cpu)] if given.cpu is not None else []
    cpp = [sys.executable, "python/gradbench/gradbench/cpp.py"]
    tools = {name: shlex.join(pin + cpp + [name]) for name in given.tools.split(",") if name}
    tools["backprop"] = shlex.join(pin + [build()])
    best = {}
    for number in range(given.rounds):
        for module in given.evals.split(","):
            functions, arguments = EVALS[module]
            for name, tool in tools.items():
                print(f"round {number + 1}: {module} with {name}", file=sys.stderr)
                found, wrong = times(suite, module, tool, arguments)
                if wrong:
                    print(f"  {wrong}", file=sys.stderr)
                for (function, workload), ns in found.items():
                    if function in functions:
                        row = best.setdefault((module, function, workload), {})
                        row[name] = min(ns, row.get(name, ns))
    first = next(iter(tools))
    print("| eval | size | " + " | ".join(f"{name} (ms)" for name in tools) + f" | backprop / {first} |")
    print("|---|---|" + "--:|" * (len(tools) + 1))
    ratios = []
    for (module, function, workload), row in best.items():
        cells = [f"{row[name] / 1e6:.3f}" if name in row else "–" for name in tools]
        ratio = row["backprop"] / row[first] if {"backprop", first} <= row.keys() else None
        said = "–" if ratio is None else f"{ratio:.2f}"
        print(f"| {module}::{function} | {workload} | " + " | ".join(cells) + f" | {said} |")
        ratios.append({"eval": module, "size": workload, "ratio": ratio})
    if given.json:
        with open(given.json, "w") as file:
            json.dump(ratios, file, indent=1)


if __name__ == "__main__":
    main()
