#!/usr/bin/env python3
"""The memory that derivatives take: `backprop`'s on GradBench's evals, beside those that were written by hand in C++.

    python3 benches/gradbench/memory.py SUITE [--evals gmm,lse]

SUITE is as for `compare.py`, which also says which sizes; a C compiler has to be there. Each derivative is evaluated twice, in a
process of its own. What is counted is heap memory in use at most the second time, above what was in use when that began: the inputs
and the output are there. What the C++ programs make of their inputs before (`prepare`) counts as well.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

import compare

HERE = os.path.dirname(os.path.abspath(__file__))


def messages(suite, module, tool, arguments):
    """What an eval asks a tool for."""
    with tempfile.TemporaryDirectory() as folder:
        log = compare.session(suite, module, tool, arguments, folder)[0]
        with open(log) as lines:
            for line in lines:
                message = json.loads(line).get("message")
                if message and message["kind"] == "evaluate":
                    message["input"].update(min_runs=2, min_seconds=0)
                    yield message


def peak(counter, suite, command, text):
    """The bytes that a command has in use at most in its last evaluation, above those at its start."""
    env = dict(os.environ, LD_PRELOAD=counter, OMP_NUM_THREADS="1")
    done = subprocess.run(command, cwd=suite, env=env, input=text, capture_output=True, text=True)
    pairs = [tuple(map(int, pair)) for pair in re.findall(r"^(\d+) to (\d+) bytes$", done.stderr, re.M)]
    if done.returncode or len(pairs) < 2:
        return None
    # Before the two evaluations, a C++ program has prepared itself.
    prepared = pairs[1][0] - pairs[0][0] if len(pairs) > 2 else 0
    return pairs[-1][1] - pairs[-1][0] + prepared


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("suite", help="a clone of gradbench/gradbench, with `make -C tools/manual`")
    parser.add_argument("--evals", default=",".join(compare.EVALS), help="which, by commas")
    given = parser.parse_args()
    suite = os.path.abspath(given.suite)
    tool = compare.build()
    print("| eval | size | backprop (KiB) | by hand (KiB) | ratio |\n|---|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        counter = os.path.join(folder, "memory.so")
        source = os.path.join(HERE, "memory.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", source, "-o", counter, "-ldl"], check=True)
        for module in given.evals.split(","):
            functions, arguments = compare.EVALS[module]
            for message in messages(suite, module, shlex.quote(tool), arguments):
                if message["function"] not in functions:
                    continue
                own = peak(counter, suite, [tool], json.dumps(message) + "\n")
                path = os.path.join(folder, "input.json")
                with open(path, "w") as file:
                    json.dump(message["input"], file)
                by_hand = None
                program = os.path.join(suite, "tools", "manual", "bin", module)
                if os.path.exists(program):
                    by_hand = peak(counter, suite, [program, path, message["function"]], "")
                numbers = [f"{n / 1024:.1f}" if n is not None else "–" for n in (own, by_hand)]
                ratio = f"{own / by_hand:.2f}" if own is not None and by_hand else "–"
                size = message.get("description", "-")
                print(f"| {module}::{message['function']} | {size} | {' | '.join(numbers)} | {ratio} |", flush=True)


if __name__ == "__main__":
    main()
