"""Every answer carries the protective headers, whatever its route says."""

import httpx
from fastapi import FastAPI, Response

from shared.web.problem import install_problem_handlers
from shared.web.security_headers import HEADERS, SecurityHeaders


async def answer(path: str) -> httpx.Response:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/page")
    async def page() -> Response:
        loose = {"Cache-Control": "public", "Server": "banner/1.0", "X-Powered-By": "banner"}
        return Response("page", headers=loose)

    @app.get("/broken")
    async def broken() -> None:
        raise ValueError

    app.add_middleware(SecurityHeaders)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigil") as client:
        return await client.get(path)


async def test_pages_and_refusals_and_failures_carry_them_alike() -> None:
    for path, status in (("/page", 200), ("/nowhere", 404), ("/broken", 500)):
        got = await answer(path)
        assert got.status_code == status
        assert {name: got.headers.get(name) for name in HEADERS} == HEADERS


async def test_no_answer_names_the_software_behind_it() -> None:
    got = await answer("/page")
    assert "server" not in got.headers
    assert "x-powered-by" not in got.headers


def test_the_policy_allows_no_inline_script_and_no_frame() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
