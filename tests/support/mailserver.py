"""mailserver.py DIR [--login USER:PASSWORD] [--tls CERTIFICATE KEY] [--starttls CERTIFICATE KEY]

A mail server for tests: SMTP on a free port of 127.0.0.1, which it writes to DIR/port. Every message that it takes over is
DIR/N.eml, with its envelope in DIR/N.envelope ("MAIL FROM" and "RCPT TO", one a line); DIR/log has every command with the
answer to it.

DIR/rules says what it does otherwise, read anew for each command; one rule a line, the first that fits counts:
    PLACE MATCH ACTION
PLACE is CONNECT, EHLO, AUTH, MAIL, RCPT, DATA or END (of the data), MATCH a part of the line or of the message (* for any),
ACTION one of
    451 later      any answer
    drop           closes the connection without an answer; at END the message is not kept
    keep-drop      at END: keeps the message, then closes the connection without an answer
    hang           never answers; at END the message is kept
    wait           waits until DIR/go is there, then goes on as if there were no rule
"""
import base64
import os
import socketserver
import ssl
import sys
import threading
import time

lock = threading.Lock()


class Drop(Exception):
    pass


class Session(socketserver.StreamRequestHandler):
    def note(self, line):
        with lock, open(os.path.join(self.server.directory, 'log'), 'a', encoding='utf-8') as log:
            log.write(line + '\n')

    def say(self, answer):
        self.note('< ' + answer)
        self.wfile.write(answer.encode() + b'\r\n')
        self.wfile.flush()

    def rule(self, place, text):
        try:
            with open(os.path.join(self.server.directory, 'rules'), encoding='utf-8') as rules:
                lines = rules.read().split('\n')
        except FileNotFoundError:
            return None
        for line in filter(None, lines):
            where, match, action = line.split(' ', 2)
            if where == place and (match == '*' or match in text):
                return action
        return None

    def answer(self, place, text, otherwise):
        """Answers as the rule or, without one, `otherwise`; True when it was the latter."""
        action = self.rule(place, text)
        if action == 'drop' or action == 'keep-drop':
            raise Drop
        if action == 'hang':
            time.sleep(600)
        if action == 'wait':
            self.note('waiting at ' + place)
            while not os.path.exists(os.path.join(self.server.directory, 'go')):
                time.sleep(0.02)
            action = None
        self.say(action or otherwise)
        return action is None

    def keep(self, sender, recipients, data):
        with lock:
            self.server.count += 1
            path = os.path.join(self.server.directory, str(self.server.count))
        with open(path + '.envelope', 'w', encoding='utf-8') as out:
            out.write('\n'.join([sender] + recipients) + '\n')
        with open(path + '.part', 'wb') as out:
            out.write(data)
        os.rename(path + '.part', path + '.eml')

    def read_data(self):
        lines = []
        while True:
            line = self.rfile.readline()
            if not line:
                raise Drop
            if line == b'.\r\n':
                return b''.join(lines)
            lines.append(line[1:] if line.startswith(b'.') else line)

    def take(self, sender, recipients):
        data = self.read_data()
        text = data.decode('utf-8', 'replace')
        if self.rule('END', text) in (None, 'keep-drop', 'hang', 'wait'):
            self.keep(sender, recipients, data)
        self.answer('END', text, '250 2.0.0 taken')

    def secure(self):
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.setup_files()

    def setup_files(self):
        self.rfile = self.connection.makefile('rb')
        self.wfile = self.connection.makefile('wb')

    def handle(self):
        try:
            if self.server.mode == '--tls':
                self.secure()
            self.talk()
        except (Drop, OSError):
            pass

    def login_is_right(self, line):
        words = line.split()
        if len(words) == 2:
            self.say('334 ')
            words.append(self.rfile.readline().decode().strip())
        return base64.b64decode(words[2]) == b'\0' + self.server.login.replace(':', '\0').encode()

    def talk(self):
        sender, recipients = '', []
        encrypted = self.server.mode == '--tls'
        trusted = not self.server.login
        self.answer('CONNECT', '', '220 test ESMTP')
        while True:
            line = self.rfile.readline().decode('utf-8', 'replace').rstrip('\r\n')
            if not line:
                return
            verb = line.split(' ')[0].upper()
            self.note('> ' + (verb if verb == 'AUTH' else line))
            if verb in ('EHLO', 'HELO'):
                offers = ['test', 'SIZE 10000000'] + (['AUTH PLAIN'] if self.server.login else [])
                if self.server.mode == '--starttls' and not encrypted:
                    offers.append('STARTTLS')
                self.answer('EHLO', line, '\r\n'.join(f'250{"-" if o != offers[-1] else " "}{o}' for o in offers))
            elif verb == 'STARTTLS':
                self.say('220 go ahead')
                self.secure()
                encrypted = True
            elif verb == 'AUTH':
                trusted = self.login_is_right(line)
                self.answer('AUTH', '', '235 welcome' if trusted else '535 5.7.8 wrong login')
            elif verb == 'MAIL':
                if not trusted:
                    self.say('530 5.7.0 log in first')
                elif self.answer('MAIL', line, '250 fine'):
                    sender, recipients = line, []
            elif verb == 'RCPT':
                if self.answer('RCPT', line, '250 fine'):
                    recipients.append(line)
            elif verb == 'DATA':
                if self.answer('DATA', line, '354 go ahead'):
                    self.take(sender, recipients)
            elif verb == 'QUIT':
                self.say('221 bye')
                return
            else:
                self.say('250 fine' if verb in ('RSET', 'NOOP') else '502 unknown')


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main():
    directory, options = sys.argv[1], sys.argv[2:]
    server = Server(('127.0.0.1', 0), Session)
    server.directory = directory
    server.count = 0
    server.login = ''
    server.mode = ''
    while options:
        if options[0] == '--login':
            server.login = options[1]
            options = options[2:]
        else:
            server.mode = options[0]
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(options[1], options[2])
            options = options[3:]
    with open(os.path.join(directory, 'port.new'), 'w', encoding='utf-8') as out:
        out.write(f'{server.server_address[1]}\n')
    os.rename(os.path.join(directory, 'port.new'), os.path.join(directory, 'port'))
    server.serve_forever()


main()
