"""A WebSocket server that sends back what it gets; prints its address: python -m tests.support.websocket_echo"""

from websockets.sync.server import ServerConnection, serve


def echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)


if __name__ == "__main__":
    with serve(echo, "127.0.0.1", 0) as server:
        print("ws://{}:{}".format(*server.socket.getsockname()), flush=True)
        server.serve_forever()
