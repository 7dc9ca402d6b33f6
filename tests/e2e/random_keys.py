#!/usr/bin/env python3
"""random_keys.py SEED KEYS WHO...: consoles on one database, hit with random keys, text, pastes, mouse clicks, other sizes, cut
connections, stopped and restarted servers; now and then, and in the end, each of them leaves, or its terminal goes, or it is killed.
WHO is a login, or login@machine: another state directory.

The keys are those of the table of commands. Says what it did in $RANDOM_LOG, so that a failure can be looked at. Fails when a
console ends before it should, does not end when it should, ends otherwise than it should, or when its list, once it has been left
in peace, is not what the database says. What :discard threw away is copied to $DISCARDED."""
import fcntl
import glob
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

from emulator import Emulator

SEED, KEYS, WHO = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
ROOT, PROGRAM = os.environ['SANDGLASS_TEST_ROOT'], os.environ['SANDGLASS_TEST_PROGRAM']
LOG = open(os.environ['RANDOM_LOG'], 'w', encoding='utf-8')
STATE, DISCARDED, TRACE = os.environ['XDG_STATE_HOME'], os.environ['DISCARDED'], os.environ['TRACE']
NAMED = {'Down': '\033[B', 'Up': '\033[A', 'PgDn': '\033[6~', 'PgUp': '\033[5~', 'Home': '\033[H', 'End': '\033[F', 'Enter': '\r',
         'Tab': '\t', 'Space': ' ', 'Esc': '\033', 'Left': '\033[D', 'Right': '\033[C', 'Backspace': '\177', 'Del': '\033[3~'}
NOT_HERE = {'QUIT'}  # it ends the console: leave() does
WORDS = ['', 'ben', 'anna', '-', 'billing', '-billing urgent-fix', 'Novus', 'the carrier', 'слишком долго', '🍪 東京', '1', '3', '7', '999',
         'status:new,open', 'prio:urgent', 'due<30m assignee:me', 'status:', '"', 'Trouble', 'on', 'jo@novus.example Jo', 'x' * 300]
# What agents do all day, so that the deeper places are reached: pieces with a moment between them, and what stands for a number.
FLOWS = r'''
c
C
r|y
r|y
r|o
r|h|the carrier\r
r|c
i|y
r|q
r|i|y
r|e|y
r|y|u
r|y|u|r|y
c|r|y|u
r|a|{file}\r|y
r|a|{file}\r|:detach 1\r|q
r|v|q|q
:{id}\r|r|y|:{id}\r|r|q|u|:{id}\r|r|x|x|y
:{id}\r|r|x|e|y
:{id}\r|i|x|y
r|:discard\r|u|r|y
i|:discard\r|u
:discard\r
:discard\r|r|q|u
:drafts\r|\r|r|y
p|c{digit}@novus.example\r|A call\r
:new c{digit}@novus.example They called\r
so
sn
sp|g
sc|g
sc|d|only thanks\r
sp|r|y
sh|the carrier\r
sh|the carrier\r|g
d|only thanks\r
Pu
Ph|u
a|ben\r
a|anna\r
a|-\r
T|billing\r
T|-billing\r
M|{id}\r
M|{id}\r|u
:unmerge {id}\r
:{id}\r
:{id}\r|A|s|q
:{id}\r|O|\r
:subject Another one\r
:requester c{digit}@novus.example\r
:organization Novus\r
:team {word}\r
u
u|u
u|u|u|u
{sp}j{sp}|Pn
{sp}jjV|so
{sp}jV|sc|g
{sp}jV|sc|l
{sp}jjjV|sc|d|an outage\r
{sp}j{sp}|T|outage\r
{sp}jjV|r|y|3\r
{sp}jjV|r|c|3\r|u
{sp}jjV|r|q|V|r|y|3\r
{sp}jV|i|y
{sp}jjV|u
{sp}jV|M|{id}\r|u
L|\r|Outage {digit}\r
L|\r|Outage {digit}\r|u
L|out\r
:link {digit}\r
:link -\r
{sp}jjV|:link new Slow {digit}\r|u
{sp}jV|L|out\r
:mark all\r|Pn|:stop\r|U
U
m|\r
m|\r|y
m|thank\r|e|y
m|\r|:macro drop\r|y
:macro save mine {digit}\r
:macro edit mine {digit}\r
:macro delete mine {digit}\r
g/Trouble\r|j|\r
\status:open\r|:view save work {digit}\r|ga
gv|\r
:view work {digit}\r
:view delete work {digit}\r
:view share work {digit}\r
:sort -due\r
:sort last\r
:columns id age subject\r
:set split off\r
:set split on\r
:set ascii on\r
:set after_reply stay\r
:set language ru\r
:theme mono\r
|
ga
gm
gu
gg
G
'''.strip().split('\n')


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
    def __init__(self, number, who):
        self.number = number
        self.who, self.dead, self.tail, self.heard = who, None, b'', 0
        self.login, _, machine = who.partition('@')
        self.emulator = Emulator(30, 120)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM], dict(os.environ, PGUSER=self.login, TERM='xterm-256color', LC_ALL='C.UTF-8',
                                               XDG_STATE_HOME=f'{STATE}/{machine or "here"}', SANDGLASS_TRACE=f'{TRACE}.{number}.{who}'))
        os.set_blocking(self.fd, False)
        self.size(30, 120)
        if not self.until(b'live', 30):
            self.wrong('does not start')

    def wrong(self, what):
        log(self.who, what)
        print('---- the screen', *filter(None, self.emulator.lines()), '----', sep='\n', file=sys.stderr)
        sys.exit(f'{self.who} {what} (seed {SEED})')

    def size(self, rows, columns):
        self.emulator.size(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def read(self, seconds=0.0):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 1 << 16)
                self.tail = (self.tail + data)[-20000:]
                self.heard += len(data)
                self.emulator.feed(data)
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
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid and os.WIFSTOPPED(status):  # ^Z
                os.kill(self.pid, signal.SIGCONT)
                return False
            self.dead = os.waitstatus_to_exitcode(status) if pid else None
        return self.dead is not None

    def editing(self):
        return os.tcgetpgrp(self.fd) != self.pid

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
        log(self.who, how)
        self.read(0.05)
        keep_discarded()  # the files lie aside until the console ends
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
        self.emulator.close()

    def shown(self):
        """The rows of the list: the ticket's number, status, assignee and priority."""
        rows = []
        for line in self.emulator.lines()[1:]:
            found = re.match(r' *(\d+) +(\w+) +(\w+|-) +(\w+) *$', re.sub(r'[^\w -]', '', line))  # without marks and the draft's pencil
            if found:
                rows.append(' '.join(found.groups()).lower())
            elif rows:
                break
        return rows

    def rests(self):
        """Left in peace it comes to show what the database says, in that order; drawn anew the same."""
        self.size(300, 90)
        begin = 'U:set language en\r:set ascii off\r:filter \r\x15\r:sort priority\r:columns id stat assignee pri\rgagg'
        self.comes_to_show('all', ['\033'] * 6 + [begin], lambda assignee: True)
        self.comes_to_show('all, drawn anew', ['R'], lambda assignee: True)
        self.comes_to_show('mine', ['gm'], lambda assignee: assignee == self.login)
        self.comes_to_show("nobody's", ['gu'], lambda assignee: assignee == '-')

    def comes_to_show(self, view, keys, belongs):
        end = time.monotonic() + 30
        while True:
            for key in keys:
                self.send(key)
                pause([self], 0.04)
            pause([self], 0.2)
            wanted = [row for row in query(QUEUE) if belongs(row.split()[2])]
            if self.shown() == wanted:
                return
            if time.monotonic() > end:
                log('wanted:\n' + '\n'.join(wanted))
                log('shown:\n' + '\n'.join(self.shown()))
                self.wrong(f'does not show what the database says ({view})')


QUEUE = """SELECT lower(concat_ws(' ', page.id, left(page.status::text, 4), coalesce(agent.login, '-'), page.priority))
    FROM sandglass.console_page(NULL, NULL, NULL, NULL, 10000) WITH ORDINALITY AS page LEFT JOIN sandglass.agent ON agent.id = page.assignee_id
    ORDER BY ordinality"""


def query(sql):
    return subprocess.run(['psql', '-qXAt', '-c', sql], env=dict(os.environ, PGUSER='postgres'), capture_output=True, text=True,
                          check=True).stdout.split('\n')[:-1]


def keep_discarded():
    """A copy of each draft that :discard has laid aside: when it goes for good, that was said."""
    for path in glob.glob(f'{STATE}/*/sandglass/drafts/*/discarded-*.txt'):
        copy = f'{DISCARDED}/{os.path.basename(path)}'
        if not os.path.exists(copy):
            try:
                shutil.copy(path, copy)
            except FileNotFoundError:
                pass


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
    """Does one of FLOWS; returns how many things it has sent."""
    line = chance.choice(FLOWS).replace('\\r', '\r')
    for name, value in (('{id}', chance.randint(1, 50)), ('{digit}', chance.randint(0, 8)), ('{word}', chance.choice(WORDS)), ('{sp}', ' '),
                        ('{file}', os.environ['FILE_TO_ATTACH'])):
        line = line.replace(name, str(value))
    pieces = [line] if len(line) < 2 else line.split('|')
    log(console.who, pieces)
    back = chance.choice([0, 4, 4, 4])  # to the list, mostly
    for _ in range(back):
        console.send('\033')
        pause(consoles, 0.03)
    hasty = chance.random() < 0.25
    for piece in pieces:
        console.send(piece)
        if hasty:
            pause(consoles, chance.choice([0, 0.02, 0.1]))
        else:
            settle(consoles, console)
    return back + len(pieces)


def settle(consoles, console):
    """Until the editor has ended and the console has nothing more to say, for a second at most."""
    end = time.monotonic() + 1
    heard = -1
    while time.monotonic() < end and (console.editing() or console.heard != heard):
        heard = console.heard
        pause(consoles, 0.03)


def pause(consoles, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for each in consoles:
            each.read(0.002)


def go_on(stopped):
    for pid in stopped:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    stopped.clear()


def restart_server(chance, stopped):
    go_on(stopped)
    how = chance.choice(['fast', 'immediate'])
    log('the server restarts:', how)
    subprocess.run(['sh', f'{ROOT}/tests/support/cluster.sh', 'restart', os.environ['PGHOST'], how], check=True)


def main():
    chance = random.Random(SEED)
    consoles = [Console(number, who) for number, who in enumerate(WHO, 1)]
    consoles[-1].send(':set mouse on\r')
    stopped = []
    n = 0
    while n < KEYS:
        at = chance.randrange(len(consoles))
        console = consoles[at]
        if chance.random() < 0.35:
            n += flow(chance, consoles, console)
        else:
            text = something(chance, console)
            log(n, console.who, repr(text))
            console.send(text)
            n += 1
        trouble = chance.random()
        if trouble < 0.012:
            log(n, 'the connection of', console.who, 'is cut')
            subprocess.run(['psql', '-qXAt', '-c', f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{console.login}'"],
                           stdout=subprocess.DEVNULL, check=False)
        elif trouble < 0.02 and not stopped:
            stopped = [int(pid) for pid in backends(console.login)]
            log(n, 'the server of', console.who, 'stands still')
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
        elif trouble < 0.026:
            console.leave(chance.choice(['SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGKILL']))
            if stopped:
                go_on(stopped)
            consoles[at] = Console(console.number, console.who)
        elif trouble < 0.028:
            restart_server(chance, stopped)
        elif stopped and trouble > 0.9:
            go_on(stopped)
        keep_discarded()
        pause(consoles, chance.choice([0, 0, 0.002, 0.01, 0.05]))
    go_on(stopped)
    for console in consoles:
        console.rests()
    for console in consoles:
        console.leave(chance.choice(['Q', 'Q', 'SIGTERM', 'SIGHUP', 'SIGKILL']))


main()
