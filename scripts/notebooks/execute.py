"""Executes one notebook and reports each step as a line of JSON on stdout.

Reads one line of JSON from stdin: {"notebook", "output", "cwd", "cellTimeout", "timeout"} (paths absolute, times in seconds).
When stdin closes, whoever asked for the run is gone: the kernel is stopped and this process ends.
A failing cell does not end the run: the cells after it still run, so that one run lists every failure.
After a cell that could not be interrupted, and after the kernel's death, the rest is not run.
"""

import asyncio
import ctypes
import json
import os
import queue
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete

INTERRUPT_GRACE = 10  # seconds that an interrupted cell has to come back before its kernel is killed
SHUTDOWN_GRACE = 10
DRAIN = 5  # seconds that timers have to end after the last cell
STARTUP_TIMEOUT = 120


def report(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


def die_with_parent() -> None:
    """Asks Linux to kill the kernel if this process is killed without a chance to clean up."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def kernel_options(platform: str = sys.platform) -> dict:
    """What the kernel's process is started with; only Linux is asked, and Windows refuses the question."""
    return {"preexec_fn": die_with_parent} if platform == "linux" else {}


class PeakMemory:
    """The peak resident memory of the kernel's process and of all that descend from it, in bytes."""

    def __init__(self, kernel: int) -> None:
        self.family = {kernel}
        self.peaks: dict[int, int] = {}

    def sample(self) -> None:
        try:
            table = list(self._linux() if sys.platform == "linux" else self.elsewhere())
        except (OSError, psutil.Error):
            return
        parents = {pid: parent for pid, parent, _ in table}
        while born := {pid for pid, parent in parents.items() if parent in self.family} - self.family:
            self.family |= born
        for pid, _, resident in table:
            if pid in self.family:
                self.peaks[pid] = max(self.peaks.get(pid, 0), resident)

    @property
    def bytes(self) -> int:
        return sum(self.peaks.values())

    def _linux(self):
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                status = Path(entry.path, "status").read_text()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            fields = dict(line.split(":", 1) for line in status.splitlines())
            if "VmHWM" in fields:
                yield int(entry.name), int(fields["PPid"]), int(fields["VmHWM"].split()[0]) * 1024

    @staticmethod
    def elsewhere():
        for process in psutil.process_iter(["pid", "ppid", "memory_info"]):
            memory = process.info["memory_info"]  # None where it may not be seen
            if memory is not None:  # only Windows keeps the peak
                yield process.info["pid"], process.info["ppid"], getattr(memory, "peak_wset", memory.rss)


class KernelDied(Exception):
    pass


class Run:
    def __init__(self, request: dict) -> None:
        self.request = request
        self.notebook = nbformat.read(request["notebook"], as_version=4)
        self.client = NotebookClient(
            self.notebook,
            resources={"metadata": {"path": request["cwd"]}},
            record_timing=False,
            startup_timeout=STARTUP_TIMEOUT,
        )
        self.deadline = time.monotonic() + request["timeout"]
        self.cells_by_request: dict[str, int] = {}
        self.idle: dict[str, asyncio.Event] = {}
        self.finished: set[int] = set()
        self.current: int | None = None
        self.kernel_log = tempfile.TemporaryFile()
        self.memory: PeakMemory | None = None
        self.router: asyncio.Task | None = None
        self.watch: asyncio.Task | None = None
        self.usage: dict = {}
        self.starts_left = 3

    # -- the kernel ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        while True:
            try:
                await self.start_kernel()
                break
            except RuntimeError:  # it ended before it had answered; nothing has run yet
                said = self.last_words()
                self.starts_left -= 1
                # Ports are chosen before the kernel binds them, and another program may be quicker.
                if not self.starts_left or "already in use" not in " ".join(said):
                    raise KernelDied("\n".join(["the kernel ended before it had answered", *said])) from None
                self.kernel_log.seek(0)
                self.kernel_log.truncate()
        # Questions cannot be answered here, but a kernel that is told so takes its client for one that reads only the
        # messages of the running cell, and repeats errors that come late. This client reads every message.
        self.client.kc.allow_stdin = True
        self.router = asyncio.create_task(self.route_output())
        self.watch = asyncio.create_task(self.watch_memory())

    async def start_kernel(self) -> None:
        client = self.client
        client.create_kernel_manager()
        await client.async_start_new_kernel(stdout=self.kernel_log, stderr=self.kernel_log, **kernel_options())
        self.memory = PeakMemory(client.km.provisioner.pid)
        report("kernel", pid=client.km.provisioner.pid)
        await client.async_start_new_kernel_client()

    async def stop(self) -> None:
        km = self.client.km
        if km is None or not km.has_kernel:
            return
        if self.memory is not None:
            self.memory.sample()
        km.shutdown_wait_time = SHUTDOWN_GRACE
        await km.shutdown_kernel(now=not await km.is_alive())
        await asyncio.sleep(0.05)  # let the router take what the kernel said while it ended
        for task in (self.router, self.watch):
            if task is not None:
                task.cancel()
        if self.client.kc is not None:
            self.client.kc.stop_channels()
        await km.cleanup_resources()

    async def watch_memory(self) -> None:
        while True:
            self.memory.sample()
            await asyncio.sleep(1)

    async def death(self) -> str:
        """How the kernel ended, with the last thing that it wrote."""
        code = await self.client.km.provisioner.poll()
        return "\n".join([f"the kernel died ({how_ended(code)})", *self.last_words()])

    def last_words(self) -> list[str]:
        self.kernel_log.seek(0)
        return self.kernel_log.read().decode(errors="replace").strip().splitlines()[-12:]

    # -- messages -----------------------------------------------------------------------------------------------------

    async def route_output(self) -> None:
        """Gives each published message to the cell that caused it, also long after that cell has finished."""
        kc = self.client.kc
        while True:
            message = await kc.get_iopub_msg(timeout=None)
            parent = message["parent_header"].get("msg_id")
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle" and parent in self.idle:
                self.idle[parent].set()
            if kind in ("status", "execute_input", "shutdown_reply") and parent not in self.cells_by_request:
                continue
            index = self.cells_by_request.get(parent, self.current)
            if index is None:
                continue
            cell = self.notebook.cells[index]
            try:
                self.client.process_message(message, cell, index)
            except CellExecutionComplete:
                pass
            if kind == "error" and index in self.finished:
                report("late-error", index=index, **error_fields(content))

    async def reply_to(self, request: str, seconds: float) -> dict | None:
        """The reply to a request, once its outputs have come too; None when it took longer than that many seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self.router.done():
                self.router.result()  # raises what went wrong in it
            try:
                message = await self.client.kc.get_shell_msg(timeout=min(left, 0.5))
            except queue.Empty:
                if not await self.client.km.is_alive():
                    raise KernelDied from None
                continue
            if message["parent_header"].get("msg_id") == request:
                try:
                    await asyncio.wait_for(self.idle[request].wait(), 10)
                except asyncio.TimeoutError:
                    pass
                return message["content"]
        return None

    async def drain(self) -> dict:
        """Waits for what the cells have left pending, such as timers, and returns what the kernel says of itself."""
        request = self.send(f"//lstm-lab:drain {DRAIN}", store_history=False)
        reply = await self.reply_to(request, DRAIN + 30)
        return (reply or {}).get("lstm_lab", {})

    def send(self, code: str, **flags) -> str:
        request = self.client.kc.execute(code, stop_on_error=False, **flags)
        self.idle[request] = asyncio.Event()
        return request

    # -- the cells ----------------------------------------------------------------------------------------------------

    async def execute(self) -> None:
        code_cells = [
            (index, cell)
            for index, cell in enumerate(self.notebook.cells)
            if cell.cell_type == "code" and cell.source.strip()
        ]
        report("start", cells=len(code_cells))
        await self.start()
        for number, (index, cell) in enumerate(code_cells, 1):
            if "skip-execution" in cell.metadata.get("tags", []):
                report("cell", number=number, index=index, count=None, status="skipped", seconds=0)
                continue
            report("cell-start", number=number, index=index)
            began = time.monotonic()
            outcome = await self.execute_cell(index, cell)
            seconds = time.monotonic() - began
            report("cell", number=number, index=index, count=cell.execution_count, seconds=seconds, **outcome)
            if outcome["status"] in ("died", "timeout") and not await self.client.km.is_alive():
                return
        await self.settle()

    async def execute_cell(self, index: int, cell) -> dict:
        cell.outputs = []
        cell.execution_count = None
        self.current = index
        self.client.clear_before_next_output = False
        limit = min(self.request["cellTimeout"], self.deadline - time.monotonic())
        request = self.send(cell.source)
        self.cells_by_request[request] = index
        try:
            reply = await self.reply_to(request, limit)
            if reply is None:
                return await self.end_overdue(request, limit)
        except KernelDied:
            await asyncio.sleep(0.1)  # let the router take the kernel's last words
            errors = [output for output in cell.outputs if output.output_type == "error"]
            return {"status": "died", **(error_fields(errors[-1]) if errors else error_of("KernelDied", await self.death()))}
        finally:
            self.finished.add(index)
        return self.outcome(cell, reply)

    def outcome(self, cell, reply: dict) -> dict:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if reply["status"] == "ok" and not errors:
            return {"status": "ok"}
        if not errors:  # a kernel that says only that there was an error
            said = "".join(output.text for output in cell.outputs if output.get("name") == "stderr").strip()
            error = error_of(reply.get("ename") or "Error", reply.get("evalue") or said or "the kernel does not say which")
            cell.outputs.append(nbformat.v4.new_output("error", **error))
            errors = [error]
        return {"status": "error", **error_fields(errors[0])}

    async def end_overdue(self, request: str, limit: float) -> dict:
        whole = self.deadline - time.monotonic() <= 0
        what = "the notebook ran longer than its time limit" if whole else f"the cell ran longer than {limit:g} s"
        await self.client.km.interrupt_kernel()
        try:
            came_back = await self.reply_to(request, INTERRUPT_GRACE) is not None
        except KernelDied:
            came_back = False
        if whole or not came_back:
            await self.client.km.shutdown_kernel(now=True)
        rest = "" if came_back else ", and did not answer an interrupt: its kernel was killed"
        return {"status": "timeout", **error_of("Timeout", what + rest)}

    async def settle(self) -> None:
        """Waits for what the last cells left behind to go wrong, and takes the final counts."""
        try:
            self.usage = await self.drain()
        except KernelDied:
            report("late-error", index=self.current, **error_fields(error_of("KernelDied", await self.death())))

    def save(self) -> None:
        nbformat.write(self.notebook, self.request["output"])


def how_ended(code: int | None) -> str:
    """What a process's code says; Windows gives what native code failed with as a large number, known by its digits in hexadecimal."""
    if code is None:
        return "it ended"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code:#x}" if code >= 0x80000000 else f"exit code {code}"


def error_of(ename: str, evalue: str) -> dict:
    return {"ename": ename, "evalue": evalue, "traceback": [f"{ename}: {evalue}"]}


def error_fields(content: dict) -> dict:
    return {key: content.get(key) or ([] if key == "traceback" else "") for key in ("ename", "evalue", "traceback")}


async def until_stdin_closes() -> None:
    """Reads in a thread of its own, which ends with the process: Windows can wait for a pipe in no other way."""
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()

    def read() -> None:
        while sys.stdin.buffer.raw.read(4096):
            pass
        try:
            loop.call_soon_threadsafe(closed.set)
        except RuntimeError:
            pass  # the loop has ended before

    threading.Thread(target=read, daemon=True).start()
    await closed.wait()


def on_stop_signals(stop, loop: asyncio.AbstractEventLoop, platform: str = sys.platform) -> None:
    """Calls `stop` when this process is told to end. On Windows the runner tells by closing stdin, and Ctrl-C is its affair."""
    if platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop_signal, stop)


async def main() -> None:
    run = Run(json.loads(sys.stdin.buffer.raw.readline()))
    execution = asyncio.create_task(run.execute())
    asked_to_stop = asyncio.create_task(until_stdin_closes())
    on_stop_signals(asked_to_stop.cancel, asyncio.get_running_loop())
    try:
        await asyncio.wait({execution, asked_to_stop}, return_when=asyncio.FIRST_COMPLETED)
        if not execution.done():
            execution.cancel()
            if run.client.km is not None and run.client.km.has_kernel:
                await run.client.km.shutdown_kernel(now=True)
            return
        await execution
    finally:
        try:
            await run.stop()
        finally:
            run.save()
        megabytes = run.memory.bytes / 1e6 if run.memory else 0
        report("end", megabytes=megabytes, tensors=run.usage.get("tensors"))


def choose_loop(platform: str = sys.platform) -> None:
    """ZeroMQ's sockets are none that the default loop on Windows can wait for."""
    if platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())


if __name__ == "__main__":
    choose_loop()
    try:
        asyncio.run(main())
    except Exception as error:
        report("failed", message=f"{type(error).__name__}: {error}")
        sys.exit(1)
