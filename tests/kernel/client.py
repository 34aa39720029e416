"""Drives one kernel through jupyter_client: steps as JSON on stdin, what came back as JSON on stdout.

Steps: {"execute": code, "allow_stdin": bool, "silent": bool, "store_history": bool, "stop_on_error": bool,
"interrupt_after": seconds, "then": [further steps sent before waiting], "timeout": seconds},
{"complete": code, "at": n}, {"inspect": code, "at": n}, {"info": true}, {"wait": seconds}, {"restart": true}.
"""
import json
import os
import sys
import threading
import time

from jupyter_client.manager import KernelManager


def processes():
    """Every process with its parent, as {pid: parent}."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(name)] = int(fields[1])
    return found


def family(pid):
    """The process and all below it."""
    children = {}
    for child, parent in processes().items():
        children.setdefault(parent, []).append(child)
    members, queue = [], [pid]
    while queue:
        members.append(queue.pop())
        queue += children.get(members[-1], [])
    return members


def request(client, step):
    if "execute" in step:
        options = {name: step[name] for name in ("silent", "store_history", "allow_stdin", "stop_on_error") if name in step}
        return client.execute(step["execute"], **options)
    if "complete" in step:
        return client.complete(step["complete"], step.get("at"))
    if "inspect" in step:
        return client.inspect(step["inspect"], step.get("at"))
    return client.kernel_info()


def perform(manager, client, step, messages):
    """Sends a step (and those of its `then`), waits for the replies, and gathers what was published meanwhile."""
    if "wait" in step:
        collect(client, messages, time.monotonic() + step["wait"])
        return {"parent": None}
    if "restart" in step:
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        return {"parent": None}
    sent = [request(client, each) for each in [step, *step.get("then", [])]]
    if "interrupt_after" in step:
        threading.Timer(step["interrupt_after"], manager.interrupt_kernel).start()
    replies, idle = {}, set()
    deadline = time.monotonic() + step.get("timeout", 60)
    while len(replies) < len(sent) or not idle.issuperset(sent):
        if time.monotonic() > deadline or (not manager.is_alive() and not client.iopub_channel.msg_ready()):
            break
        collect(client, messages, time.monotonic() + 0.02, idle)
        while client.shell_channel.msg_ready():
            reply = client.get_shell_msg(timeout=1)
            replies[reply["parent_header"]["msg_id"]] = {"type": reply["msg_type"], **reply["content"]}
    return {"parent": sent[0], "parents": sent, "reply": replies.get(sent[0]), "replies": [replies.get(each) for each in sent]}


def collect(client, messages, until, idle=None):
    while time.monotonic() < until or client.iopub_channel.msg_ready():
        if not client.iopub_channel.msg_ready():
            time.sleep(0.005)
            continue
        message = client.get_iopub_msg(timeout=1)
        parent = message["parent_header"].get("msg_id")
        messages.append({"type": message["msg_type"], "parent": parent, "content": message["content"]})
        if idle is not None and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            idle.add(parent)


def main():
    scenario = json.load(sys.stdin)
    manager = KernelManager(kernel_name="tslab")
    manager.start_kernel(cwd=scenario["cwd"], env={**os.environ, **scenario.get("env", {})}, stderr=open(scenario["stderr"], "wb"))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=90)
    pid = manager.provisioner.process.pid
    messages, results, members = [], [], set(family(pid))
    for step in scenario["steps"]:
        before = len(messages)
        result = perform(manager, client, step, messages)
        members.update(family(pid))
        results.append({**result, "messages": messages[before:]})
    if scenario.get("abandon"):
        json.dump({"steps": results, "exit_code": None, "left_behind": sorted(members)}, sys.stdout)
        sys.stdout.flush()
        os._exit(0)
    if scenario.get("kill"):
        os.kill(pid, 9)
    process = manager.provisioner.process
    client.stop_channels()
    if not scenario.get("kill"):
        manager.shutdown_kernel(now=False)
    exit_code = process.poll()
    deadline = time.monotonic() + 5
    while members & set(processes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    json.dump({"steps": results, "exit_code": exit_code, "left_behind": sorted(members & set(processes()))}, sys.stdout)


main()
