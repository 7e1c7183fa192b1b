# pip: pydantic[email] pydantic-settings fastapi mangum httpx python-multipart
from pydantic import BaseModel


def train():
    model = type("M", (BaseModel,), {"__annotations__": {"n": int}})
    value = model(n="3")
    return value.model_dump()


def errors():
    from pydantic import Field, ValidationError

    class M(BaseModel):
        n: int = Field(gt=3)
    try:
        M(n=1)
    except ValidationError as error:
        return error.errors(include_url=False)[0]["type"]


def email():
    from pydantic import EmailStr

    class M(BaseModel):
        e: EmailStr
    return M(e="a@example.com").e


def json_schema():
    from typing import Literal, Optional

    class M(BaseModel):
        kind: Literal["a", "b"]
        n: Optional[int] = None
    return M.model_json_schema()


def adapters():
    import datetime
    from pydantic import TypeAdapter
    return [TypeAdapter(list[int]).validate_json("[1, 2]"), TypeAdapter(datetime.date).validate_python("2024-01-01").isoformat()]


def dataclasses():
    from pydantic.dataclasses import dataclass

    @dataclass
    class D:
        a: int
    return D(a="2").a


def networks_and_secrets():
    from pydantic import AnyUrl, IPvAnyAddress, PostgresDsn, SecretStr

    class M(BaseModel):
        u: AnyUrl
        p: PostgresDsn
        i: IPvAnyAddress
        s: SecretStr
    return str(M(u="https://x.example", p="postgres://u:p@h/d", i="::1", s="x"))


def settings():
    import os
    from pydantic_settings import BaseSettings
    os.environ["X_N"] = "4"
    S = type("S", (BaseSettings,), {"__annotations__": {"n": int}, "model_config": {"env_prefix": "X_"}})
    return S().n


def validated_call():
    from pydantic import validate_call

    @validate_call
    def f(n: int):
        return n
    return f("3")


def version_one():
    from pydantic.v1 import BaseModel as Old
    return type("M", (Old,), {"__annotations__": {"n": int}})(n="3").dict()


def colours():
    from pydantic.color import Color
    return Color("red").as_hex()


def root_models_and_generics():
    from typing import Generic, TypeVar
    from pydantic import RootModel
    T = TypeVar("T")

    class G(BaseModel, Generic[T]):
        v: T
    return [RootModel[list[int]]([1]).model_dump(), G[int](v="1").v]


def application():
    from fastapi import FastAPI
    from mangum import Mangum
    app = FastAPI()

    @app.get("/a/{n}")
    def a(n: int):
        return {"n": n}
    event = {"version": "2.0", "routeKey": "$default", "rawPath": "/a/4", "rawQueryString": "", "headers": {"host": "x"},
             "requestContext": {"http": {"method": "GET", "path": "/a/4", "protocol": "HTTP/1.1", "sourceIp": "1.1.1.1", "userAgent": "x"}},
             "isBase64Encoded": False}
    return Mangum(app)(event, type("C", (), {})())["body"]


def test_client_and_openapi():
    from fastapi import FastAPI, File, UploadFile
    from fastapi.testclient import TestClient
    app = FastAPI()

    @app.post("/f")
    async def f(file: UploadFile = File(...)):
        return {"size": len(await file.read())}
    client = TestClient(app)
    return [client.post("/f", files={"file": b"abc"}).json(), client.get("/docs").status_code, sorted(client.get("/openapi.json").json())]


def mypy_plugin():
    from pydantic import VERSION
    return VERSION[0]
