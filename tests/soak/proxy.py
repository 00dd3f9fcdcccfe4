"""A wire that can be cut in the ways wires are: between a service and its broker or store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from deploy.local.layout import LOOPBACK

CHUNK = 64 * 1024


@dataclass
class Proxy:
    """Passes everything on, unless told otherwise.

    `deaf`: what the server says does not arrive, what clients say does. `cut_after`: the next
    connection on which a client says this is cut once the server has answered, before the answer
    arrives; then it is None again, and `cuts` has counted.
    """

    port: int
    server_port: int
    deaf: bool = False
    cut_after: bytes | None = None
    cuts: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def standing(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._connected, LOOPBACK, self.port)
        try:
            yield self
        finally:
            server.close()
            self.cut_all()

    def cut_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _connected(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(LOOPBACK, self.server_port)
        except OSError:
            to_client.transport.abort()
            return
        wire = _Wire(self, to_client)
        self._writers |= {to_client, to_server}
        try:
            with suppress(OSError):
                async with asyncio.TaskGroup() as both:
                    both.create_task(wire.asks(from_client, to_server))
                    both.create_task(wire.answers(from_server))
        except* OSError:
            pass
        finally:
            for writer in (to_client, to_server):
                self._writers.discard(writer)
                writer.transport.abort()


@dataclass
class _Wire:
    """One connection. `doomed`: it is cut when the server answers next."""

    proxy: Proxy
    to_client: asyncio.StreamWriter
    doomed: bool = False

    async def asks(self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            wanted = self.proxy.cut_after
            if wanted is not None and wanted in chunk:
                self.proxy.cut_after = None
                self.doomed = True
            to_server.write(chunk)
            await to_server.drain()
        raise ConnectionResetError

    async def answers(self, reader: asyncio.StreamReader) -> None:
        while chunk := await reader.read(CHUNK):
            if self.doomed:
                self.proxy.cuts += 1
                raise ConnectionResetError
            if not self.proxy.deaf:
                self.to_client.write(chunk)
                await self.to_client.drain()
        raise ConnectionResetError
