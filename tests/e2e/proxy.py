#!/usr/bin/env python3
"""proxy.py LISTEN SERVER: PostgreSQL's unix socket at another path, with a line that can go deaf.

SIGUSR1: what the server says is swallowed (requests still arrive). SIGUSR2: all connections are cut and new ones
work again. So an answer can be lost after its transaction was committed."""
import os
import selectors
import signal
import socket
import sys

listen_path, server_path = sys.argv[1:3]
watch = selectors.DefaultSelector()
state = {'deaf': False}
pairs = {}


def cut(one):
    other = pairs.pop(one, None)
    for end in (one, other):
        if end is not None:
            pairs.pop(end, None)
            watch.unregister(end)
            end.close()


def accept(listener):
    client, _ = listener.accept()
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(server_path)
    except OSError:
        client.close()
        return
    pairs[client], pairs[server] = server, client
    watch.register(client, selectors.EVENT_READ, 'client')
    watch.register(server, selectors.EVENT_READ, 'server')


def carry(end, side):
    try:
        data = end.recv(65536)
        if data and not (state['deaf'] and side == 'server'):
            pairs[end].sendall(data)
    except OSError:
        data = b''
    if not data:
        cut(end)


def deaf(*_):
    state['deaf'] = True


def restore(*_):
    state['deaf'] = False
    for end in list(pairs):
        if end in pairs:
            cut(end)


wake_read, wake_write = socket.socketpair()
wake_write.setblocking(False)
signal.set_wakeup_fd(wake_write.fileno())
signal.signal(signal.SIGUSR1, deaf)
signal.signal(signal.SIGUSR2, restore)
listener = socket.socket(socket.AF_UNIX)
listener.bind(listen_path)
os.chmod(listen_path, 0o777)
listener.listen(64)
watch.register(listener, selectors.EVENT_READ, 'listener')
watch.register(wake_read, selectors.EVENT_READ, 'wake')
while True:
    for key, _ in watch.select():
        if key.data == 'listener':
            accept(listener)
        elif key.data == 'wake':
            wake_read.recv(64)
        elif key.fileobj in pairs:
            carry(key.fileobj, key.data)
