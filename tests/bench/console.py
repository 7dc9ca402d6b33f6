"""A console on a pseudo-terminal, as the measurements see it: bytes and when they came."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

now = time.perf_counter


class Console:
    """Runs a program in a terminal of its own. began is the moment of the fork."""

    def __init__(self, argv, env, columns=160, rows=45):
        self.began = now()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
            os.execve(argv[0], argv, dict(env, TERM='xterm-256color', LC_ALL='C.UTF-8'))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        os.set_blocking(self.fd, False)
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLIN)

    def read(self, seconds):
        """What comes within the time, as soon as something does; b'' when nothing came."""
        if not self.poll.poll(seconds * 1000):
            return b''
        try:
            return os.read(self.fd, 1 << 16)
        except (BlockingIOError, OSError):
            return b''

    def until(self, text, seconds=60):
        """Reads until the text has come; the moment of that, or None."""
        got, end = b'', now() + seconds
        while now() < end:
            got += self.read(end - now())
            if text in got:
                return now()
        return None

    def quiet(self, seconds=0.5):
        """Reads until nothing came for so long."""
        got = b''
        while True:
            more = self.read(seconds)
            if not more:
                return got
            got += more

    def key(self, keys, settle=0.002, wait=1.0):
        """Types; seconds to the first byte of the answer, and how many bytes it had. None when there was none."""
        while self.read(0):
            pass
        start = now()
        os.write(self.fd, keys)
        got = self.read(wait)
        first = now() - start
        if not got:
            return None, 0
        return first, len(got) + len(self.quiet(settle))

    def status(self, name):
        with open(f'/proc/{self.pid}/status', encoding='ascii') as file:
            for line in file:
                if line.startswith(name + ':'):
                    return int(line.split()[1])
        return 0

    def cpu_seconds(self):
        with open(f'/proc/{self.pid}/stat', encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def close(self):
        for number in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                break
            end = now() + 2
            while now() < end:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
                self.read(0.01)
        os.close(self.fd)
