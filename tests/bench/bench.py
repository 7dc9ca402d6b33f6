#!/usr/bin/env python3
"""bench.py PROGRAM BENCH-CORE [NAME...]: measures what the budgets name and prints one table. Without names everything.

Sizes: BENCH_OPEN (100000) and BENCH_CLOSED (400000) tickets in the large database, BENCH_CONSOLES (50) consoles at once."""
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import Console, now  # noqa: E402
from server import Server  # noqa: E402

OPEN = int(os.environ.get('BENCH_OPEN', 100000))
CLOSED = int(os.environ.get('BENCH_CLOSED', 400000))
CONSOLES = int(os.environ.get('BENCH_CONSOLES', 50))
MEASUREMENTS = {}


def measurement(function):
    MEASUREMENTS[function.__name__] = function
    return function


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, round(share * (len(values) - 1)))]


def spread(values):
    """Median and 99th percentile of seconds, in milliseconds."""
    return f'{statistics.median(values) * 1e3:.2f} / {percentile(values, .99) * 1e3:.2f} ms'


class Bench:
    def __init__(self, program, core, server):
        self.program, self.core, self.server = program, core, server
        self.rows, self.made = [], set()

    def say(self, what, figure, budget=''):
        self.rows.append((what, figure, budget))
        print(f'  {what:<66} {figure:>24}   {budget}', flush=True)

    def database(self, name):
        sizes = {'large': (OPEN, CLOSED, 20000, 2), 'middle': (20000, 0, 5000, 2), 'small': (2000, 0, 500, 100), 'shift': (20000, 0, 5000, 100)}
        if name not in self.made:
            self.server.make(name, *sizes[name])
            self.made.add(name)
        return name

    def console(self, database, user='a0', columns=160, rows=45, **env):
        return Console([self.program], self.server.environment(database, user, **env), columns, rows)

    def loaded(self, console):
        """Waits until all rows are there."""
        console.until(b'live')
        console.quiet(1.0)
        return console


# ---- the console ------------------------------------------------------------------------------------------

@measurement
def start(bench):
    database = bench.database('large')
    rows = 45 - 5
    last = bench.server.sql(f'SELECT id FROM sandglass.console_page(NULL, NULL, NULL, NULL, {rows}) OFFSET {rows - 1}', database)
    times = []
    for _ in range(12):
        console = bench.console(database)
        painted = console.until(f' {last} '.encode(), 20)
        if painted:
            times.append(painted - console.began)
        console.close()
    bench.say(f'start to first painted queue, {OPEN} open of {OPEN + CLOSED}', f'{statistics.median(times) * 1e3:.1f} ms', '<= 30 ms')


def press(console, keys, count):
    latency, sizes = [], []
    for n in range(count):
        first, size = console.key(keys[n % len(keys)])
        if first is not None:
            latency.append(first)
            sizes.append(size)
    return latency, sizes


@measurement
def keys(bench):
    console = bench.loaded(bench.console(bench.database('large')))
    bench.say('resident memory with all rows', f'{console.status("VmRSS") / 1024:.1f} MB', '<= 40 MB')
    echo = Console(['/bin/cat'], {})
    time.sleep(0.2)
    latency, _ = press(echo, [b'j'], 300)
    echo.close()
    bench.say('key to first byte of a bare echo, for comparison', spread(latency))
    press(console, [b'j'], 10)
    latency, _ = press(console, [b'j'], 300)
    bench.say(f'key to first byte, {OPEN} rows (median / p99)', spread(latency), '<= 0.15 / 0.30 ms')
    pids = bench.server.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'a0'").split()
    for pid in pids:
        os.kill(int(pid), 19)
    latency, _ = press(console, [b'j', b'k', b'G', b'g', b'g'], 300)
    for pid in pids:
        os.kill(int(pid), 18)
    bench.say('the same with the server stopped (median / p99 / longest)', f'{spread(latency)[:-3]} / {max(latency) * 1e3:.1f} ms', '<= 0.15 / 0.30 / 16 ms')
    console.close()


@measurement
def output(bench):
    console = bench.loaded(bench.console(bench.database('large'), columns=80, rows=24))
    press(console, [b'j', b'k'], 6)
    _, sizes = press(console, [b'j', b'k'], 60)
    bench.say('bytes for a cursor move, 80x24', f'{statistics.median(sizes):.0f}', '<= 40')
    press(console, [b'j'], 24)
    _, sizes = press(console, [b'j'], 60)
    bench.say('bytes for a scrolled line, 80x24', f'{statistics.median(sizes):.0f}', '<= 200')
    console.close()


@measurement
def idle(bench):
    console = bench.loaded(bench.console(bench.database('small'), columns=80, rows=24))
    seconds = 20
    cpu, switches = console.cpu_seconds(), console.status('voluntary_ctxt_switches')
    size, end = 0, now() + seconds
    while now() < end:
        size += len(console.read(end - now()))
    bench.say('bytes to the terminal while nothing happens, 80x24', f'{size / seconds:.1f} B/s', '<= 60 B/s')
    bench.say('processor time of an idle console', f'{(console.cpu_seconds() - cpu) / seconds * 100:.2f} %', '<= 0.2 %')
    bench.say('wake-ups of an idle console', f'{(console.status("voluntary_ctxt_switches") - switches) / seconds:.1f} /s')
    console.close()


# ---- the server ---------------------------------------------------------------------------------------------

@measurement
def queue(bench):
    call = 'SELECT count(*) FROM sandglass.console_page(NULL, NULL, NULL, NULL, 50)'
    for name in ('middle', 'large'):
        database = bench.database(name)
        tps = bench.server.pgbench(call + ';\n', database, 1, 3)
        bench.say(f'first 50 rows in order, {bench.server.sql("SELECT count(*) FROM sandglass.ticket", database)} tickets', f'{1000 / tps:.2f} ms', '<= 1 ms')


@measurement
def commit(bench):
    """What this machine's disk allows: the yardstick for every figure below that commits."""
    bench.server.sql('CREATE TABLE IF NOT EXISTS yardstick (n int); INSERT INTO yardstick VALUES (1)')
    tps = bench.server.pgbench('UPDATE yardstick SET n = n + 1;\n', 'postgres', 1, 3)
    bench.say('bare commits of one connection (fsync of this disk)', f'{tps:.0f} /s')


@measurement
def clock(bench):
    database = bench.database('small')
    rate = bench.server.pgbench(
        "\\set seconds random(1, 43200)\nSELECT count(sandglass.clock_add('tickets', now() + make_interval(secs => n), :seconds))"
        ' FROM generate_series(1, 1000) n;\n', database, 1, 3) * 1000
    bench.say('working-time sums in SQL, one connection', f'{rate / 1000:.1f} k/s', '>= 50 k/s')
    for line in bench.server.run([bench.core]).splitlines():
        if line.startswith('timeline: add'):
            what, value, unit = line.rsplit(None, 2)
            bench.say(f'in C, {what}', f'{value} {unit}', '>= 10 M/s')


@measurement
def intake(bench):
    database = bench.database('small')
    count = 3000
    with tempfile.NamedTemporaryFile('w', suffix='.mbox', encoding='utf-8') as file:
        for n in range(count):
            mark = f'{time.time_ns()}.{n}'
            file.write(f'From x@y Thu Jan  1 00:00:00 2026\nFrom: Customer {n % 500} <customer{n % 500}@org{n % 200}.example>\nTo: support@desk.example\n'
                       f'Subject: The export is stuck {n}\nMessage-ID: <{mark}@org.example>\nMIME-Version: 1.0\n'
                       'Content-Type: text/plain; charset=utf-8\n\nДанные за ночь не загрузились.\nSince two.\n\n')
        file.flush()
        start_at = now()
        said = bench.server.run([bench.program + '-mail', 'intake', '--format', 'mbox', file.name], database)
        taken = now() - start_at
    if said.count('created') != count:
        raise RuntimeError(f'intake made {said.count("created")} tickets of {count} messages')
    bench.say('mail intake, one process, each message committed', f'{count / taken:.0f} /s', '>= 500 /s')


@measurement
def claims(bench):
    database = bench.database('shift')
    script = "SELECT set_config('sandglass.act_as', 'a' || :client_id, false);\nSELECT sandglass.claim_next(gen_random_uuid());\n"
    first = bench.server.pgbench(script, database, 100, 1)  # each session plans its statements in it
    tps = bench.server.pgbench(script, database, 100, 4)
    twice = bench.server.sql("SELECT count(*) FROM (SELECT ticket_id FROM sandglass.event WHERE action = 'claim' GROUP BY 1 HAVING count(*) > 1) t", database)
    agents = bench.server.sql("SELECT count(DISTINCT actor) FROM sandglass.event WHERE action = 'claim'", database)
    bench.say('claim the next ticket, 100 agents at once, their first second', f'{first:.0f} /s')
    bench.say('the same over four seconds', f'{tps:.0f} /s', '>= 1000 /s')
    bench.say('tickets claimed twice; agents that got one', f'{twice}; {agents}', '0; 100')


@measurement
def command(bench):
    database = bench.database('small')
    ticket = bench.server.sql("SELECT min(id) FROM sandglass.ticket WHERE status <> 'closed'", database)
    times = []
    for n in range(40):
        start_at = now()
        bench.server.run([bench.program, 'priority', ticket, 'high' if n % 2 else 'urgent'], database, 'a0')
        times.append(now() - start_at)
    bench.say('a change by the command line (median)', f'{statistics.median(times) * 1e3:.1f} ms', '<= 20 ms')


WRITES = """\\set id random(100, 2000)
SELECT set_config('sandglass.act_as', 'a1', false);
SELECT sandglass.ticket_note(gen_random_uuid(), :id, 0, 'a note');
"""


def many_consoles(bench, database):
    """Consoles of one agent each that do not start all at once."""
    consoles = [bench.console(database, f'a{n % 100}', 80, 24) for n in range(CONSOLES)]
    for console in consoles:
        bench.loaded(console) if console is consoles[-1] else console.until(b'live')
    return consoles


def drain(consoles):
    for console in consoles:
        while console.read(0):
            pass


@measurement
def others(bench):
    """How long a change takes to the other screens while much else changes."""
    database = bench.database('small')
    consoles = many_consoles(bench, database)
    writers = bench.server.pgbench(WRITES, database, 8, 12, rate=500, background=True)
    top = bench.server.sql('SELECT id FROM sandglass.console_page(NULL, NULL, NULL, NULL, 1)', database)
    session = subprocess.Popen(['psql', '-qXAt'], env=bench.server.environment(database), stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, text=True)
    session.stdin.write("SET sandglass.act_as = 'a1';\n")
    session.stdin.flush()
    time.sleep(1)
    latency = []
    for n in range(40):
        agent = f'a{10 + n}'
        drain(consoles)
        watched = random.choice(consoles)
        begun = now()
        session.stdin.write(f"SELECT sandglass.ticket_assign(gen_random_uuid(), {top}, 0, (SELECT id FROM sandglass.agent WHERE login = '{agent}'));\n")
        session.stdin.flush()
        seen = watched.until(agent[1:].encode(), 3)
        if seen:
            latency.append(seen - begun)
        time.sleep(0.05 + random.random() / 10)
    session.stdin.close()
    session.wait()
    writers.terminate()
    writers.wait()
    for console in consoles:
        console.close()
    bench.say(f'a change is on another screen, {CONSOLES} consoles, 500 writes/s', spread(latency), 'p99 <= 100 ms')


@measurement
def wakeups(bench):
    """What the wake-ups cost the writers."""
    database = bench.database('small')
    consoles = many_consoles(bench, database)
    trigger = 'ALTER TABLE sandglass.ticket {} TRIGGER ticket_wake'
    rates = {'ENABLE': [], 'DISABLE': []}
    stop = False

    def read_on():
        while not stop:
            drain(consoles)
            time.sleep(0.02)
    reader = threading.Thread(target=read_on)
    reader.start()
    for mode in ('DISABLE', 'ENABLE', 'ENABLE', 'DISABLE'):
        bench.server.sql(trigger.format(mode), database)
        rates[mode].append(bench.server.pgbench(WRITES, database, 16, 4))
    bench.server.sql(trigger.format('ENABLE'), database)
    stop = True
    reader.join()
    for console in consoles:
        console.close()
    on, off = sum(rates['ENABLE']) / 2, sum(rates['DISABLE']) / 2
    bench.say(f'commits/s with {CONSOLES} consoles, wake-ups on (off)', f'{on:.0f} ({off:.0f})')
    bench.say('wake-ups on against off', f'{on / off:.2f}', '>= 0.9')


def main():
    program, core, names = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:] or list(MEASUREMENTS)
    wrong = [name for name in names if name not in MEASUREMENTS]
    if wrong:
        sys.exit(f'bench: there is no measurement "{wrong[0]}"; there are: {" ".join(MEASUREMENTS)}')
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    work = tempfile.mkdtemp(prefix='sandglass-bench.')
    os.chmod(work, 0o711)
    server = None
    try:
        server = Server(root, program, os.path.join(work, 'pg'))
        print(f'{platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, PostgreSQL {server.sql("SHOW server_version")}, fsync on, '
              f'load {os.getloadavg()[0]:.1f} before')
        bench = Bench(program, core, server)
        for name in names:
            MEASUREMENTS[name](bench)
    finally:
        if server:
            server.stop()
        shutil.rmtree(work, ignore_errors=True)


main()
