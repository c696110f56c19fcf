"""Types commands at a shell's prompt in a terminal, and draws what it showed.

Usage: screen.py KEY_FILE >PICTURE. What is typed at the hidden prompt is in
KEY_FILE. Part of packaging/screen, which prepares the home and the services.
"""

import fcntl
import io
import os
import pty
import select
import struct
import sys
import termios
import time

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

# In characters: the longest line of what is shown fits.
WIDTH, HEIGHT = 118, 40

# How long one command may take, in seconds.
PATIENCE = 30

PROMPT = "$ "

COMMANDS = [
    "vastkey set api-key",
    "vastkey show user",
    "vastkey exec -- sh -c 'echo A key of ${#VAST_API_KEY} characters, and no file of it'",
    "vastkey exec --scoped list",
]

PICTURE = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, Menlo, Consolas, monospace; }}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Terminal:
    """A shell at a terminal."""

    def __init__(self):
        # On a dumb terminal nothing moves, so what it showed is what was written.
        environment = {**os.environ, "TERM": "dumb", "PS1": PROMPT, "HISTFILE": ""}
        pid, self.keyboard = pty.fork()
        if pid == 0:
            shell = ["bash", "--norc", "--noprofile", "-i"]
            os.execvpe(shell[0], shell, environment)
        size = struct.pack("HHHH", HEIGHT, WIDTH, 0, 0)
        fcntl.ioctl(self.keyboard, termios.TIOCSWINSZ, size)
        self.shown = ""

    def type(self, text):
        os.write(self.keyboard, text.encode())

    def await_end(self, end):
        """Reads until what is new ends so, and returns it."""
        begun, deadline = len(self.shown), time.monotonic() + PATIENCE
        while not self.shown[begun:].endswith(end):
            ready, _, _ = select.select([self.keyboard], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                sys.exit(f"screen.py: waited in vain for '{end}'")
            self.shown += os.read(self.keyboard, 65536).decode().replace("\r", "")
        return self.shown[begun:]


def run(key):
    """The lines of a session: each command, and what it showed."""
    terminal = Terminal()
    terminal.await_end(PROMPT)
    for command in COMMANDS:
        terminal.type(command + "\n")
        if command == "vastkey set api-key":
            terminal.await_end("(not shown): ")
            terminal.type(key + "\n")
        terminal.await_end("\n" + PROMPT)
    return terminal.shown.removesuffix("\n" + PROMPT).splitlines()


def draw(lines):
    console = Console(width=WIDTH, record=True, file=io.StringIO())
    for line in lines:
        is_typed = line.startswith(PROMPT)
        console.print(Text(line, style="bold" if is_typed else ""), overflow="fold")
    return console.export_svg(title="vastkey", theme=MONOKAI, code_format=PICTURE, unique_id="screen")


def main():
    with open(sys.argv[1]) as file:
        key = file.read().strip()
    lines = run(key)
    if any(key in line for line in lines):
        sys.exit("screen.py: the key was shown")
    sys.stdout.write(draw(lines))


main()
