#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stops one thread of a process, and no other, until that process ends: a loop that hangs.

    scripts/hold_thread.py TID     the main thread's is the process's; prints "held" once it stands
"""

import ctypes
import os
import sys

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WAIT_ALL = 0x40000000  # __WALL: of any thread.


def main() -> int:
    tid = int(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, tid, None, None) != 0:
            sys.exit(f"hold_thread: {tid}: {os.strerror(ctypes.get_errno())}")
    while True:
        _, status = os.waitpid(tid, WAIT_ALL)
        if not os.WIFSTOPPED(status):
            return 0
        # It is never let go of: whatever it is sent waits with it.
        print("held", flush=True)


if __name__ == "__main__":
    sys.exit(main())
