"""A contender's side of the conversation with the bench: one order a line in, one answer a line out."""

import json
import sys
import time


def timed(count, run):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def serve(build):
    """`build(workload)` returns two functions: one training step, and one prediction of a batch."""
    subjects = {}
    for line in sys.stdin:
        order = json.loads(line)
        key = json.dumps(order["workload"])
        if key not in subjects:
            subjects[key] = dict(zip(("train", "predict"), build(order["workload"])))
            for run in subjects[key].values():
                run()
        print(json.dumps({"ms": timed(order["count"], subjects[key][order["task"]])}), flush=True)


def first_step(build, workload):
    """For the cold start: one training step of a workload, then the peak of the memory in MB."""
    import resource

    build(workload)[0]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"peakMB": peak / (1024 if sys.platform == "linux" else 1024**2)}), flush=True)
