#!/usr/bin/env python3
"""random_keys.py SEED KEYS LOGIN...: consoles of these logins on one database, hit with random keys, text, pastes, mouse
clicks, other sizes, cut connections and stopped servers; in the end each of them leaves, or its terminal goes, or it is killed.

The keys are those of the table of commands. Says what it did in $RANDOM_LOG, so that a failure can be looked at. Fails when a
console ends before it should, does not end when it should, or ends otherwise than it should."""
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

SEED, KEYS, LOGINS = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
ROOT, PROGRAM = os.environ['SANDGLASS_TEST_ROOT'], os.environ['SANDGLASS_TEST_PROGRAM']
LOG = open(os.environ['RANDOM_LOG'], 'w', encoding='utf-8')
NAMED = {'Down': '\033[B', 'Up': '\033[A', 'PgDn': '\033[6~', 'PgUp': '\033[5~', 'Home': '\033[H', 'End': '\033[F', 'Enter': '\r',
         'Tab': '\t', 'Space': ' ', 'Esc': '\033', 'Left': '\033[D', 'Right': '\033[C', 'Backspace': '\177', 'Del': '\033[3~'}
NOT_HERE = {'QUIT', 'SUSPEND', 'DISCARD', 'SET'}  # they end the run, or throw away what must not be lost
WORDS = ['', 'ben', 'anna', '-', 'billing', '-billing urgent-fix', 'Novus', 'the carrier', 'слишком долго', '🍪 東京', '1', '3', '7', '999',
         'status:new,open', 'prio:urgent', 'due<30m assignee:me', 'status:', '"', 'Trouble', 'on', 'jo@novus.example Jo', 'x' * 300]
# What agents do all day, so that the deeper places are reached: pieces with a moment between them.
FLOWS = ['c', 'C', 'r|y', 'r|y', 'r|o', 'r|h|the carrier\r', 'r|c', 'i|y', 'r|q', 'c|r|y|u', 'so', 'sn', 'sp|g', 'sc|g', 'sc|d|only thanks\r',
         'sp|r|y', 'sh|the carrier\r', 'sh|the carrier\r|g', 'd|only thanks\r', 'Pu', 'Ph|u', 'a|ben\r', 'a|anna\r', 'a|-\r', 'T|billing\r', 'T|-billing\r',
         'M|{id}\r', ':unmerge {id}\r', ':{id}\r', ':subject Another one\r', ':requester c{digit}@novus.example\r', 'u', 'u|u', 'u|u|u|u',
         ' j |Pn', ' jjV|so', ' jV|sc|g', ' jjjV|sc|d|an outage\r', ' j |T|outage\r', ' jjV|r|y', ' jjV|u', 'U', 'm|\r', 'm|\r|y', 'ga', 'gm', 'gu', 'gg', 'G']


def log(*words):
    print(*words, file=LOG, flush=True)


def commands():
    with open(os.path.join(ROOT, 'include/core/commands.def'), encoding='utf-8') as file:
        for line in re.findall(r'^COMMAND\((\w+), "([^"]*)", "((?:[^"\\]|\\.)*)"', file.read(), re.M):
            if line[0] not in NOT_HERE:
                yield line[1], line[2].replace('\\\\', '\\')


def typed(sequence):
    """The bytes of "g-g", "PgDn", "-"."""
    keys = [sequence] if len(sequence) < 2 else sequence.split('-')
    out = ''
    for key in keys:
        out += NAMED.get(key) or (chr(ord(key[1]) - 64) if len(key) == 2 and key[0] == '^' else key)
    return out


NAMES, SEQUENCES = [], []
for name, keys in commands():
    NAMES.append(name)
    SEQUENCES += [typed(one) for one in keys.split()]


class Console:
    def __init__(self, login):
        self.login, self.dead, self.tail = login, None, b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM], dict(os.environ, PGUSER=login, TERM='xterm-256color', LC_ALL='C.UTF-8'))
        os.set_blocking(self.fd, False)
        self.size(30, 120)
        if not self.until(b'live', 30):
            self.wrong('does not start')

    def wrong(self, what):
        log(self.login, what)
        os.write(2, self.tail[-2000:] + b'\n')
        sys.exit(f'{self.login} {what} (seed {SEED})')

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def read(self, seconds=0.0):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                self.tail = (self.tail + os.read(self.fd, 1 << 16))[-20000:]
                return True
            except BlockingIOError:
                return False
            except OSError:
                pass
        return False

    def until(self, text, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if text in self.tail:
                return True
            self.read(0.05)
        return False

    def ended(self):
        if self.dead is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.dead = os.waitstatus_to_exitcode(status) if pid else None
        return self.dead is not None

    def send(self, text):
        data = text.encode()
        while data and not self.ended():
            try:
                data = data[os.write(self.fd, data[:512]):]
            except BlockingIOError:
                self.read(0.01)
            except OSError:
                break
        self.read()
        if self.ended():
            self.wrong(f'ended with {self.dead} in the middle')

    def leave(self, how):
        """Ends as `how` says, within half a minute."""
        log(self.login, how)
        end = time.monotonic() + 30
        if how != 'Q':
            os.kill(self.pid, getattr(signal, how))
        while not self.ended():
            if time.monotonic() > end:
                self.wrong(f'does not end by {how}')
            if how == 'Q':
                try:
                    os.write(self.fd, b'\033')
                    self.read(0.1)
                    os.write(self.fd, b'Q')
                except OSError:
                    pass
            for _ in range(5):
                self.read(0.02)
        wanted = {'Q': (0,), 'SIGTERM': (0,), 'SIGHUP': (74,), 'SIGKILL': (-9,)}[how]
        if self.dead not in wanted:
            self.wrong(f'ended with {self.dead} after {how}')
        os.close(self.fd)


def backends(login):
    return subprocess.run(['psql', '-qXAt', '-c', f"SELECT pid FROM pg_stat_activity WHERE usename = '{login}' AND datname = current_database()"],
                          capture_output=True, text=True, check=False).stdout.split()


def something(chance, console):
    """One happening: (what to write into the log, what to type)."""
    kind = chance.random()
    if kind < 0.62:
        return chance.choice(SEQUENCES)
    if kind < 0.70:
        return chance.choice(SEQUENCES) + chance.choice(WORDS) + chance.choice(['\r', '\r', '\r', '\033', '\t\r', ''])
    if kind < 0.80:
        line = chance.choice(NAMES) + ' ' + chance.choice(WORDS)
        return ':' + line + chance.choice(['\r', '\r', '\033', '\t\t\r'])
    if kind < 0.86:
        return chance.choice(WORDS)
    if kind < 0.89:
        return '\033[200~' + chance.choice(WORDS) + '\r\033\033[B y\003' + '\033[201~'
    if kind < 0.93:
        return f'\033[<{chance.choice([0, 0, 1, 2, 64, 65, 35])};{chance.randint(0, 250)};{chance.randint(0, 70)}{chance.choice("Mm")}'
    if kind < 0.96:
        rows, columns = chance.choice([(24, 80), (10, 40), (45, 160), (60, 220), (15, 60), (1, 1), (30, 120)])
        console.size(rows, columns)
        return ''
    return ''.join(chance.choice('\033[O;?<0123456789~AMmzx\x7f\x01\x15\x17') for _ in range(chance.randint(1, 8)))


def flow(chance, consoles, console):
    pieces = chance.choice(FLOWS).replace('{id}', str(chance.randint(1, 30))).replace('{digit}', str(chance.randint(0, 8))).split('|')
    log(console.login, pieces)
    for _ in range(chance.choice([0, 3, 4])):  # back to the list, mostly
        console.send('\033')
        pause(consoles, 0.035)
    for piece in pieces:
        console.send(piece)
        pause(consoles, chance.choice([0.02, 0.15, 0.15, 0.3]))


def pause(consoles, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for each in consoles:
            each.read(0.002)


def main():
    chance = random.Random(SEED)
    consoles = [Console(login) for login in LOGINS]
    consoles[-1].send(':set mouse on\r')
    stopped = []
    for n in range(KEYS):
        console = chance.choice(consoles)
        if chance.random() < 0.08:
            flow(chance, consoles, console)
        else:
            text = something(chance, console)
            log(n, console.login, repr(text))
            console.send(text)
        trouble = chance.random()
        if trouble < 0.012:
            log(n, 'the connection of', console.login, 'is cut')
            subprocess.run(['psql', '-qXAt', '-c', f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{console.login}'"],
                           stdout=subprocess.DEVNULL, check=False)
        elif trouble < 0.02 and not stopped:
            stopped = [int(pid) for pid in backends(console.login)]
            log(n, 'the server of', console.login, 'stands still')
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
        elif stopped and trouble > 0.9:
            for pid in stopped:
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass
            stopped = []
        pause(consoles, chance.choice([0, 0, 0.002, 0.01, 0.05]))
    for pid in stopped:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    for console in consoles:
        console.leave(chance.choice(['Q', 'Q', 'SIGTERM', 'SIGHUP', 'SIGKILL']))


main()
