"""The main program of a process with threads; see `exgate.sources.collecting.worker_process`."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from exgate.sources.collecting.frames import Frame, read_frame, write_frame


def main(module: str, threads: int) -> None:
    """Serve calls until standard input ends, and end then, whatever is still being done.

    Args:
        module: The module whose functions will be called.
        threads: How many calls run at the same time.
    """
    # Whatever is printed here must not get between the answers.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    importlib.import_module(module)
    writing = threading.Lock()
    _tell(output, writing, Frame(0))
    executor = ThreadPoolExecutor(max_workers=threads)
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        executor.submit(_call, output, writing, frame)
    # The operating system closes every connection; nobody is left to wait for an answer.
    os._exit(0)


def _call(output: IO[bytes], writing: threading.Lock, frame: Frame) -> None:
    answer: tuple[bool, Any]
    try:
        function, args, kwargs = pickle.loads(frame.octets)  # noqa: S301 - from the process that started this one
        answer = True, function(*args, **kwargs)
        octets = pickle.dumps(answer)
    except Exception as error:  # noqa: BLE001 - its kind is the answer: its text may hold anything
        octets = pickle.dumps((False, type(error).__name__))
    _tell(output, writing, Frame(frame.number, octets))


def _tell(output: IO[bytes], writing: threading.Lock, frame: Frame) -> None:
    try:
        with writing:
            write_frame(output, frame)
    except OSError:
        os._exit(1)
