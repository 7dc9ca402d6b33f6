#!/usr/bin/env python3
"""picky.py LISTEN: a PostgreSQL server as far as the login, which refuses every password (protocol 3.0)."""
import socket
import struct
import sys


def message(kind, body):
    return kind + struct.pack('!i', len(body) + 4) + body


def take(connection, size):
    data = b''
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def serve(connection):
    while True:
        length, code = struct.unpack('!ii', take(connection, 8))
        take(connection, length - 8)
        if code in (80877103, 80877104):  # SSL, GSS: not here
            connection.sendall(b'N')
            continue
        break
    connection.sendall(message(b'R', struct.pack('!i', 3)))
    take(connection, 1)
    take(connection, struct.unpack('!i', take(connection, 4))[0] - 4)
    fields = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "anna"\0\0'
    connection.sendall(message(b'E', fields))


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(8)
while True:
    client, _ = listener.accept()
    try:
        serve(client)
    except (EOFError, OSError):
        pass
    client.close()
