"""The routes of one service as an application, without its consumers."""

from fastapi import APIRouter, FastAPI

from shared.web.problem import install_problem_handlers


def app_of(*routers: APIRouter) -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)
    for router in routers:
        app.include_router(router)
    return app
