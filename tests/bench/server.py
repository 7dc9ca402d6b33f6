"""The server that is measured: a throwaway cluster with honest commits (fsync on), and databases of any size in it."""
import os
import subprocess


class Server:
    def __init__(self, root, program, directory):
        self.root, self.program, self.directory = root, program, directory
        self.cluster = os.path.join(root, 'tests/support/cluster.sh')
        subprocess.run(['sh', self.cluster, 'start', directory], check=True)
        self.env = {key: value for key, value in os.environ.items() if not key.startswith('PG')}
        self.env.update(PGHOST=directory, PGUSER='postgres', PGDATABASE='postgres', LC_ALL='C.UTF-8',
                        XDG_STATE_HOME=directory + '.state', XDG_CONFIG_HOME=directory + '.config')
        for setting in ('fsync', 'synchronous_commit', 'full_page_writes'):
            self.sql(f'ALTER SYSTEM SET {setting} = on')
        self.sql('SELECT pg_reload_conf()')

    def stop(self):
        subprocess.run(['sh', self.cluster, 'stop', self.directory], check=False)

    def environment(self, database, user='postgres', **more):
        return dict(self.env, PGDATABASE=database, PGUSER=user, **more)

    def run(self, argv, database='postgres', user='postgres', text=None, check=True):
        done = subprocess.run(argv, env=self.environment(database, user), input=text, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f'{" ".join(argv)[:200]}: {done.stderr.strip()[-400:]}')
        return done.stdout

    def sql(self, statement, database='postgres'):
        return self.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-c', statement], database).strip()

    def make(self, name, open_tickets, closed, people, agents=2):
        """A database with so many tickets; agents are a0, a1..."""
        self.sql(f'CREATE DATABASE {name} TEMPLATE template0')
        self.run([self.program, 'init'], name)
        for n in range(agents):
            self.sql(f"DO $$ BEGIN CREATE ROLE a{n} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$", name)
            self.sql(f"SELECT sandglass.agent_add('a{n}', 'a{n}', false, NULL)", name)
        self.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-v', f'open={open_tickets}', '-v', f'closed={closed}', '-v',
                  f'people={people}', '-f', os.path.join(self.root, 'tests/bench/data.sql')], name)

    def pgbench(self, script, database, clients, seconds, rate=None, background=False):
        """Transactions a second of a script; with background the process."""
        path = f'{self.directory}.{abs(hash(script))}.pgbench'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(script)
        argv = ['pgbench', '-n', '-f', path, '-c', str(clients), '-j', '2', '-T', str(seconds)]
        if rate:
            argv += ['-R', str(rate)]
        if background:
            return subprocess.Popen(argv, env=self.environment(database), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for line in self.run(argv, database).splitlines():
            if line.startswith('tps = '):
                return float(line.split()[2])
        return 0.0
