"""Runs a program in a terminal of its own: pty-bridge.py <columns> <rows> <program> [argument...]

What comes on stdin is typed there, what it shows goes to stdout; exits as the program does, 128 + n after signal n.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, rows = int(sys.argv[1]), int(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])

os.set_blocking(terminal, False)
typed = b""
inputs = [0, terminal]
while True:
    # Both ways at once: a program that echoes while it is typed to must not wait for us, nor we for it.
    readable, writable, _ = select.select(inputs, [terminal] if typed else [], [])
    if 0 in readable:
        chunk = os.read(0, 65536)
        if not chunk:
            inputs.remove(0)
        typed += chunk
    if writable:
        try:
            typed = typed[os.write(terminal, typed):]
        except OSError:
            typed = b""
    if terminal in readable:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)

_, status = os.waitpid(child, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
