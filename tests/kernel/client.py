"""Drives one kernel through jupyter_client: steps as JSON on stdin, what came back as JSON on stdout.

Steps: {"execute": code, "allow_stdin": bool, "silent": bool, "store_history": bool, "stop_on_error": bool,
"user_expressions": {name: code}, "answers": [text], "interrupt_after": seconds, "then": [further steps sent before waiting], "timeout": seconds},
{"complete": code, "at": n}, {"inspect": code, "at": n}, {"history": options}, {"info": true}, {"wait": seconds}, {"restart": true}.
"""
import json
import os
import sys
import threading
import time

import psutil
from jupyter_client.manager import KernelManager


def family(pid):
    """The process and all below it."""
    try:
        parent = psutil.Process(pid)
        return [pid, *(child.pid for child in parent.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def alive(pids):
    found = []
    for pid in sorted(pids):
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except psutil.NoSuchProcess:
            continue
    return found


def request(client, step):
    if "execute" in step:
        options = {name: step[name] for name in ("silent", "store_history", "allow_stdin", "stop_on_error", "user_expressions") if name in step}
        return client.execute(step["execute"], **options)
    if "complete" in step:
        return client.complete(step["complete"], step.get("at"))
    if "inspect" in step:
        return client.inspect(step["inspect"], step.get("at"))
    if "history" in step:
        return client.history(**step["history"])
    return client.kernel_info()


def perform(manager, client, step, messages):
    """Sends a step (and those of its `then`), waits for the replies, and gathers what was published meanwhile."""
    if "wait" in step:
        if "interrupt_after" in step:
            threading.Timer(step["interrupt_after"], manager.interrupt_kernel).start()
        collect(client, messages, time.monotonic() + step["wait"])
        return {"parent": None}
    if "restart" in step:
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        return {"parent": None}
    sent = [request(client, each) for each in [step, *step.get("then", [])]]
    if "interrupt_after" in step:
        threading.Timer(step["interrupt_after"], manager.interrupt_kernel).start()
    replies, idle, questions, answers = {}, set(), [], list(step.get("answers", []))
    deadline = time.monotonic() + step.get("timeout", 60)
    while len(replies) < len(sent) or not idle.issuperset(sent):
        if time.monotonic() > deadline or (not manager.is_alive() and not client.iopub_channel.msg_ready()):
            break
        collect(client, messages, time.monotonic() + 0.02, idle)
        while client.stdin_channel.msg_ready():
            question = client.get_stdin_msg(timeout=1)
            questions.append({"parent": question["parent_header"]["msg_id"], **question["content"]})
            if answers:
                client.input(answers.pop(0))
        while client.shell_channel.msg_ready():
            reply = client.get_shell_msg(timeout=1)
            replies[reply["parent_header"]["msg_id"]] = {"type": reply["msg_type"], **reply["content"]}
    return {"parent": sent[0], "parents": sent, "reply": replies.get(sent[0]), "replies": [replies.get(each) for each in sent], "questions": questions}


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
    while alive(members) and time.monotonic() < deadline:
        time.sleep(0.05)
    json.dump({"steps": results, "exit_code": exit_code, "left_behind": alive(members)}, sys.stdout)


main()
